import type { Skill } from '@seedcore/contracts';

const K1 = 1.2;
const B = 0.75;
const MOST_NEAREST = 5;

/** Words of a text: letters and digits, lower case, names split at underscores. */
const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

const wordsOfSkill = (skill: Skill): string[] =>
  wordsOf([skill.name, skill.doc, ...skill.produces, ...skill.effects].join(' '));

/** A skill and how much of a description its words cover: 1 = as well as the description itself. */
export type Fit = { readonly skill: Skill; readonly fit: number };

/**
 * Skills by how well their names and docs fit `description`, best first, then by name; those that share no word are absent.
 *
 * @source Robertson, Zaragoza, "The Probabilistic Relevance Framework: BM25 and Beyond" (2009); divided by the score
 *   the description has as a document of its own
 */
export function fittingSkills(description: string, skills: readonly Skill[]): Fit[] {
  const documents = skills.map(wordsOfSkill);
  const query = wordsOf(description);
  const corpus = corpusOf(documents);
  const own = bm25(query, query, corpus);
  return skills
    .map((skill, i) => ({ skill, fit: own === 0 ? 0 : bm25(query, documents[i] ?? [], corpus) / own }))
    .filter(({ fit }) => fit > 0)
    .sort((a, b) => b.fit - a.fit || (a.skill.name < b.skill.name ? -1 : 1));
}

/** Names of the five nearest; by name where none shares a word. */
export function nearestSkills(description: string, skills: readonly Skill[]): string[] {
  const near = fittingSkills(description, skills).map(({ skill }) => skill.name);
  const others = skills.map(({ name }) => name).filter((name) => !near.includes(name));
  return [...near, ...others.sort()].slice(0, MOST_NEAREST);
}

type Corpus = { readonly averageLength: number; readonly idf: (word: string) => number };

function corpusOf(documents: readonly (readonly string[])[]): Corpus {
  const sets = documents.map((words) => new Set(words));
  const total = documents.reduce((sum, words) => sum + words.length, 0);
  return {
    averageLength: documents.length === 0 ? 1 : Math.max(1, total / documents.length),
    idf: (word) => {
      const having = sets.filter((set) => set.has(word)).length;
      return Math.log(1 + (documents.length - having + 0.5) / (having + 0.5));
    },
  };
}

function bm25(query: readonly string[], document: readonly string[], corpus: Corpus): number {
  const norm = K1 * (1 - B + (B * document.length) / corpus.averageLength);
  return [...new Set(query)].reduce((sum, word) => {
    const times = document.filter((other) => other === word).length;
    return sum + (corpus.idf(word) * times * (K1 + 1)) / (times + norm);
  }, 0);
}
