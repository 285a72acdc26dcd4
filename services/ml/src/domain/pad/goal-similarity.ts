import { wordsOf } from '@seedcore/retrieval';
import { isJoint, isOfWork, plain } from './common-words.ts';
import { Vocabulary } from './vocabulary.ts';

/** Segments judged, and the weight of each against the one after it. */
const WINDOW = 8;
const FADING = 0.8;
/** Words without evidence that are thought to stand beside what is there, half of them near the goal. */
const PRIOR_WORDS = 5;
/** Most words of one segment that count. */
const MOST_WORDS = 8;
/** Share of known words at which a segment begins to be near the goal, and at which it is as near as can be. */
const NEARNESS = { from: 0.08, to: 0.34 };
/** Known words, or the share of them, that make a segment tell what the work is about. */
const TELLING = { words: 2, share: 0.5 };
/** Weight of a word the goal does not have, but a segment that is near it. */
const LEARNT = 0.6;
/** Words a goal needs, and the share of them in an alphabet for that alphabet to be understood. */
const LEAST_GOAL_WORDS = 2;
const UNDERSTOOD_SHARE = 0.25;

type Nearness = { readonly words: number; readonly near: number };

/**
 * How near the goal the last eight segments are, in [0, 1].
 *
 * The words of the goal are the first of a vocabulary; segments that use enough of it add their own words, so that work may go
 * from one thing to the next as long as they hang together. Of each segment the share of words that are known counts; words
 * of no subject, or of work in general, count only when known. The mean is over words, newer ones weighing more, beside five
 * words of no evidence. English said for a Russian goal, or Russian for an English one, is no evidence; gibberish is.
 *
 * @returns undefined when there is no evidence: a goal of fewer than two words, or nothing said that could be compared
 * @source relevance feedback after Rocchio, "Relevance feedback in information retrieval" (1971), with positive examples only
 */
export function goalSimilarity(goal: string, segments: readonly string[]): number | undefined {
  const wanted = [...new Set(lettered(goal))].filter((word) => !isJoint(word));
  if (wanted.length < LEAST_GOAL_WORDS) return undefined;
  const understood = understoodAlphabets(wanted);
  const known = new Vocabulary();
  for (const word of wanted) known.add(word, 1);
  const nearness = segments.map((segment) => nearnessOf(segment, known, understood));
  let [near, words] = [0, 0];
  for (const [back, one] of nearness.slice(-WINDOW).reverse().entries()) {
    near += FADING ** back * one.words * one.near;
    words += FADING ** back * one.words;
  }
  return words === 0 ? undefined : (PRIOR_WORDS / 2 + near) / (PRIOR_WORDS + words);
}

/** How near one segment is; what is near enough teaches its words. */
function nearnessOf(segment: string, known: Vocabulary, understood: Alphabets): Nearness {
  const all = [...new Set(lettered(segment))];
  const said = all.filter((word) => !isJoint(word));
  const weights = said.map((word) => known.weightOf(word));
  const readable = all.some((word) => isJoint(word) || isOfWork(word));
  const comparable = (word: string) => !isOfWork(word) && (understood[alphabetOf(word)] || !readable);
  const counted = said.filter((word, i) => (weights[i] ?? 0) > 0 || comparable(word));
  if (counted.length === 0) return { words: 0, near: 0 };
  const sum = weights.reduce((total, weight) => total + weight, 0);
  const share = sum / counted.length;
  if (sum >= TELLING.words || share >= TELLING.share) for (const word of counted) known.add(word, LEARNT);
  const near = Math.min(1, Math.max(0, (share - NEARNESS.from) / (NEARNESS.to - NEARNESS.from)));
  return { words: Math.min(MOST_WORDS, counted.length), near };
}

type Alphabet = 'cyrillic' | 'other';
type Alphabets = Readonly<Record<Alphabet, boolean>>;

const alphabetOf = (word: string): Alphabet => (/\p{Script=Cyrillic}/u.test(word) ? 'cyrillic' : 'other');

/** Words in an alphabet the goal does not use cannot be compared with it. */
function understoodAlphabets(words: readonly string[]): Alphabets {
  const cyrillic = words.filter((word) => alphabetOf(word) === 'cyrillic').length / words.length;
  return { cyrillic: cyrillic >= UNDERSTOOD_SHARE, other: 1 - cyrillic >= UNDERSTOOD_SHARE };
}

/** Words of at least three letters and nothing else: neither numbers nor ids. */
const lettered = (text: string): string[] =>
  wordsOf(text, 'joined')
    .map(plain)
    .filter((word) => word.length >= 3 && !/\d/u.test(word));
