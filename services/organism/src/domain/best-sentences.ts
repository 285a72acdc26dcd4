import { wordsOf } from '@seedcore/retrieval';

/** Share of the words asked for that a sentence must have: with less it is about something else. */
const LEAST_SHARE = 0.6;
/** Most sentences of an answer, and longest one, in characters. */
const MAX_SENTENCES = 3;
const MAX_SENTENCE = 1000;
/** Words that say how something is asked, and not what about. */
const ASKING = new Set(
  (
    'a about an and any are as at be been by can could did do does for from give had has have how i if in is it its know ' +
    'many me much my no not of on or our please should some tell that the their them there these they this those to us ' +
    'was we were what when where which who whom whose why will with would you your'
  ).split(' '),
);

/** A text that may hold an answer, and how it is referred to. */
export type Source = { readonly ref: string; readonly text: string };

/** A sentence as it stands there. */
export type Quote = { readonly ref: string; readonly quote: string };

/** What a question is about: its words but for those every question has. */
export const topicOf = (question: string): readonly string[] => [
  ...new Set(wordsOf(question).filter((word) => !ASKING.has(word))),
];

/**
 * Sentences of the sources that speak of what a question is about, best first, word for word; none rather than one that
 * merely shares a word or two. Of equals the one of the earlier source comes first.
 */
export function bestSentences(question: string, sources: readonly Source[]): readonly Quote[] {
  const topic = topicOf(question);
  if (topic.length === 0) return [];
  const rated = sources.flatMap(({ ref, text }) =>
    sentencesOf(text).map((quote) => ({ ref, quote, share: shareIn(quote, topic) })),
  );
  const good = rated.filter(({ share, quote }) => share >= LEAST_SHARE && quote.length <= MAX_SENTENCE);
  const best = good.toSorted((a, b) => b.share - a.share);
  const seen = new Set<string>();
  const fresh = best.filter(({ quote }) => !seen.has(quote) && seen.add(quote) !== undefined);
  return fresh.slice(0, MAX_SENTENCES).map(({ ref, quote }) => ({ ref, quote }));
}

const sentencesOf = (text: string): string[] =>
  text
    .split(/(?<=[.!?])\s+|\n+/)
    .map((sentence) => sentence.trim())
    .filter((sentence) => sentence !== '');

function shareIn(sentence: string, topic: readonly string[]): number {
  const words = wordsOf(sentence);
  return topic.filter((wanted) => words.some((word) => akin(word, wanted))).length / topic.length;
}

/** Forms of one word, as far as its usual endings tell: `vibrate`, `vibrates`, `vibrating`. */
const akin = (a: string, b: string): boolean => a === b || stemOf(a) === stemOf(b);

const stemOf = (word: string): string => (word.length > 4 ? word.replace(/(?:ing|ed|es|s|e)$/, '') : word);
