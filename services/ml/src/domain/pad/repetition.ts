import { wordsOf } from '@seedcore/retrieval';
import { isEmptyTalk, plain } from './common-words.ts';

/** What changes from one round of a loop to the next without being news: times, durations, long ids, numbers of tries. */
const VOLATILE: readonly (readonly [RegExp, string])[] = [
  [/\p{L}*\d[\p{L}\d-]{11,}/gu, ' '],
  [/\d{1,2}:\d{2}(:\d{2})?([.,]\d+)?/gu, ' '],
  [
    /\d+([.,]\d+)?\s*(ms|msec|s|secs?|seconds?|min|minutes?|мс|с|сек|секунд[аыу]?|мин|минут[аыу]?)(?![\p{L}])/giu,
    ' $2 ',
  ],
  [/(attempt|try|retry|retries|round|попытк\p{L}*|повтор\p{L}*|заход)(\s*(no|number|№|n|#))?[\s.:#№-]*\d+/giu, ' $1 '],
  [/\d+\s*(st|nd|rd|th|-?й|-?я|-?ю)?\s+(attempt|try|retry|time|попытк\p{L}*|раз)(?![\p{L}])/giu, ' $2 '],
];

/** Words of a text without what changes in every round. */
function lastingWords(text: string): string[] {
  let lasting = text;
  for (const [pattern, by] of VOLATILE) lasting = lasting.replace(pattern, by);
  return wordsOf(lasting, 'joined');
}

/** Words of a row, and segments looked back on: a shorter text is one row, and is looked for in the last two only. */
const ROW = 3;
const MEMORY = 8;
const SHORT_MEMORY = 2;

function gramsOf(words: readonly string[]): string[] {
  if (words.length < ROW) return words.length === 0 ? [] : [words.join(' ')];
  return words.slice(ROW - 1).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`);
}

/**
 * Of each segment the share of its 3-grams that were said in the eight segments before it, in [0, 1]; undefined for one without
 * words. Numbers are words, so that who counts up says something new, unless he counts his tries or his time. Work that does the
 * same to one thing after another says the same after a while, and in few words soon: hence the short memory. Who asks for
 * patience says nothing new, in whatever words.
 */
export function repeatedShares(segments: readonly string[]): readonly (number | undefined)[] {
  const words = segments.map(lastingWords);
  const told = words.map(gramsOf);
  return told.map((grams, i) => {
    if (grams.length === 0) return undefined;
    if (isEmptyTalk((words[i] ?? []).map(plain))) return 1;
    const memory = grams.length > 1 ? MEMORY : SHORT_MEMORY;
    const before = new Set(told.slice(Math.max(0, i - memory), i).flat());
    return grams.filter((gram) => before.has(gram)).length / grams.length;
  });
}
