import { lengthOf, type Vector } from './vector.ts';

/** What is searched: a text, and what a model made of it. */
export type SearchDocument = { readonly text: string; readonly vector?: Vector | undefined };

/** A document as an index holds it. */
export type Indexed = {
  readonly id: string;
  /** Its place among the documents of the index; postings name it by that. */
  readonly slot: number;
  /** Numbers of its different words. */
  readonly words: readonly number[];
  /** Words in all. */
  readonly length: number;
  readonly characters: number;
  readonly vector: (Vector & { readonly length: number }) | undefined;
};

/** The documents that count in a search, by their slots; nothing stands where there is none, or none that is visible. */
export type Slots = readonly (Indexed | undefined)[];

/** A vector with its length, so that it is taken once and not with every comparison. */
export const measured = (vector: Vector | undefined): Indexed['vector'] =>
  vector && { ...vector, length: lengthOf(vector.values) };
