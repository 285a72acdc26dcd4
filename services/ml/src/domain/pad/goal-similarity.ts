import { wordsOf } from '@seedcore/retrieval';
import { isJoint, isOfWork, plain } from './common-words.ts';
import { Vocabulary } from './vocabulary.ts';

/** Segments judged, and the weight of each against the one after it. */
const WINDOW = 10;
const FADING = 0.85;
/** Segments a window begins with that tell what the work is about, whatever the words of its goal. */
const OPENING = 5;
/** Share of segments that have a known word: of one that strays, and of one near its goal before anything is known of it. */
const KNOWN_ASTRAY = 0.08;
const KNOWN_NEAR = 0.4;
/** Segments the latter is worth against those of the run itself. */
const PRIOR_SEGMENTS = 6;
/** Logarithm of how much more often segments of no known word come near the goal than astray: with and without a sign of work. */
const OF_WORK = 0.2;
const OF_NOTHING = -1.5;
/** How much is believed of what the signs together say: they are not as independent of each other as the rule takes them to be. */
const BELIEVED = 0.75;
/** Words a goal needs, and the share of them in an alphabet for that alphabet to be understood. */
const LEAST_GOAL_WORDS = 2;
const UNDERSTOOD_SHARE = 0.25;

/** What a segment shows: a word that is known, others and a sign of work, others and none, or nothing. */
type Sign = 'known' | 'work' | 'other' | 'none';

/**
 * How likely the last ten segments are to be about the goal, in [0, 1]: naive Bayes over what each of them shows, the newer the
 * more, from even odds.
 *
 * Known are the words of the goal, of the first five segments, and of every segment that has a known word, so that work may go from
 * one thing to the next as long as they hang together. A run that often said what is known before its last ten segments, and
 * now does not, has strayed further than one that never did. Words of work in general, and numbers, are signs of work.
 * What is said in the words of one before shows nothing new, nor does what came with an error; nor does English said for a
 * Russian goal, or Russian for an English one, while gibberish does.
 *
 * @param troubled places of segments that came with an error or a retry
 * @returns undefined when there is no evidence: a goal of fewer than two words, or nothing shown
 * @source Maron, "Automatic indexing: an experimental inquiry" (1961); feedback after Rocchio, "Relevance feedback in information
 * retrieval" (1971), with positive examples only; the shares were counted in transcripts, of which README tells
 */
export function goalSimilarity(
  goal: string,
  segments: readonly string[],
  troubled: ReadonlySet<number> = new Set(),
): number | undefined {
  const wanted = wordsIn(goal).filter((word) => !isJoint(word));
  if (wanted.length < LEAST_GOAL_WORDS) return undefined;
  const signs = signsOf(wanted, segments).map((sign, i) => (troubled.has(i) ? 'none' : sign));
  const before = signs.slice(0, -WINDOW).filter((sign) => sign !== 'none');
  const known = before.filter((sign) => sign === 'known').length;
  const near = (KNOWN_NEAR * PRIOR_SEGMENTS + known) / (PRIOR_SEGMENTS + before.length);
  const last = signs.slice(-WINDOW).reverse();
  if (last.every((sign) => sign === 'none')) return undefined;
  const odds = last.reduce((sum, sign, back) => sum + FADING ** back * weightOf(sign, near), 0);
  return 1 / (1 + Math.exp(-BELIEVED * odds));
}

/** Logarithm of how much more often a sign is seen near the goal than astray. */
function weightOf(sign: Sign, near: number): number {
  if (sign === 'none') return 0;
  if (sign === 'known') return Math.log(near / KNOWN_ASTRAY);
  return Math.log((1 - near) / (1 - KNOWN_ASTRAY)) + (sign === 'work' ? OF_WORK : OF_NOTHING);
}

function signsOf(wanted: readonly string[], segments: readonly string[]): readonly Sign[] {
  const understood = understoodAlphabets(wanted);
  const known = new Vocabulary();
  known.learn(wanted);
  return segments.map((segment, i) => {
    const all = wordsIn(segment);
    const readable = all.some((word) => isJoint(word) || isOfWork(word));
    const said = all.filter((word) => !isJoint(word));
    const things = said.filter((word) => !isOfWork(word) && (understood[alphabetOf(word)] || !readable));
    if (segments.indexOf(segment) < i) return 'none';
    const isKnown = said.some((word) => known.knows(word));
    if (isKnown || i < OPENING) known.learn(things);
    if (isKnown) return 'known';
    if (things.length === 0) return 'none';
    return /\d/u.test(segment) || said.some(isOfWork) ? 'work' : 'other';
  });
}

type Alphabet = 'cyrillic' | 'other';

const alphabetOf = (word: string): Alphabet => (/\p{Script=Cyrillic}/u.test(word) ? 'cyrillic' : 'other');

/** Words in an alphabet the goal does not use cannot be compared with it. */
function understoodAlphabets(words: readonly string[]): Readonly<Record<Alphabet, boolean>> {
  const cyrillic = words.filter((word) => alphabetOf(word) === 'cyrillic').length / words.length;
  return { cyrillic: cyrillic >= UNDERSTOOD_SHARE, other: 1 - cyrillic >= UNDERSTOOD_SHARE };
}

/** Different words of at least three letters and nothing else: neither numbers nor ids. */
const wordsIn = (text: string): string[] => [
  ...new Set(
    wordsOf(text, 'joined')
      .map(plain)
      .filter((word) => word.length >= 3 && !/\d/u.test(word)),
  ),
];
