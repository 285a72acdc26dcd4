import { type Search, SearchIndex } from '@seedcore/retrieval';

/** Words of a text, different words there are, and length of the vectors of the offline model. */
const [WORDS, VOCABULARY, DIMS] = [20, 20_000, 384];

/** Numbers in [0, 1), the same in every run: a linear congruential generator (Numerical Recipes, §7.1). */
function numbers(): () => number {
  let state = 1;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 2 ** 32;
  };
}

/** Few words are common and most are rare: the rank of a word follows a power law, as in real texts. */
const textOf = (next: () => number, words: number): string =>
  Array.from({ length: words }, () => `w${Math.floor(VOCABULARY ** next())}`).join(' ');

const vectorOf = (next: () => number) => ({
  model: 'm',
  values: Float32Array.from({ length: DIMS }, () => next() - 0.5),
});

/** An index of so many documents, each with a vector. */
export function filledIndex(documents: number): SearchIndex {
  const next = numbers();
  const index = new SearchIndex({ documents, characters: documents * 1000 });
  for (let i = 0; i < documents; i++) index.put(`d${i}`, { text: textOf(next, WORDS), vector: vectorOf(next) });
  return index;
}

/** Questions of four words with a vector each. */
export function queriesOf(n: number): Pick<Search, 'text' | 'vector'>[] {
  const next = numbers();
  return Array.from({ length: n }, () => ({ text: textOf(next, 4), vector: vectorOf(next) }));
}
