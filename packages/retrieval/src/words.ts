/** Whether a combining mark that NFKC could not fold into its letter belongs to the word (`joined`) or ends it (`cut`). */
export type Marks = 'cut' | 'joined';

const RUNS = { cut: /[\p{L}\p{N}]+/gu, joined: /[\p{L}\p{M}\p{N}]+/gu } as const;

/** Words of a text, in order: compatibility forms folded (NFKC), lower case, runs of letters and digits, no stop words. */
export const wordsOf = (text: string, marks: Marks = 'cut'): string[] =>
  text.normalize('NFKC').toLowerCase().match(RUNS[marks]) ?? [];
