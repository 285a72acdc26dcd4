/** Words of a text for searching: NFKC, lower case, runs of letters and digits; no stop words. */
export const wordsOf = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];

/** A text as it is compared with others: NFKC, lower case, single spaces. */
export const normalisedText = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
