import { wordsOf } from '@seedcore/retrieval';

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

/** Rows of three words; a shorter text is one row. */
function gramsOf(words: readonly string[]): string[] {
  if (words.length === 0) return [];
  if (words.length < 3) return [words.join(' ')];
  return words.slice(2).map((word, i) => `${words[i]} ${words[i + 1]} ${word}`);
}

/**
 * Of each segment the share of its 3-grams that were said in segments before it, in [0, 1]; undefined for one without words.
 * Numbers are words, so that who counts up says something new, unless he counts his tries or his time.
 */
export function repeatedShares(segments: readonly string[]): readonly (number | undefined)[] {
  const said = new Set<string>();
  return segments.map((segment) => {
    const grams = gramsOf(lastingWords(segment));
    const repeated = grams.filter((gram) => said.has(gram)).length;
    for (const gram of grams) said.add(gram);
    return grams.length === 0 ? undefined : repeated / grams.length;
  });
}
