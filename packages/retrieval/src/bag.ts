import { type Marks, wordsOf } from './words.ts';

/** A text as a bag of words: how often each occurs, in order of first occurrence, and how many there are in all. */
export type Bag = { readonly counts: ReadonlyMap<string, number>; readonly length: number };

/** The bag of a text. */
export function bagOf(text: string, marks: Marks = 'cut'): Bag {
  const words = wordsOf(text, marks);
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return { counts, length: words.length };
}
