/** A text as it is compared with others: NFKC, lower case, single spaces. */
export const normalisedText = (text: string): string =>
  text.normalize('NFKC').toLowerCase().replace(/\s+/gu, ' ').trim();
