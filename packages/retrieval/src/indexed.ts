import { type Bag, bagOf } from './bag.ts';
import { lengthOf, type Vector } from './vector.ts';

/** What is searched: a text, and what a model made of it. */
export type SearchDocument = { readonly text: string; readonly vector?: Vector | undefined };

/** A document as an index holds it. */
export type Indexed = {
  readonly id: string;
  readonly bag: Bag;
  readonly characters: number;
  readonly vector: (Vector & { readonly length: number }) | undefined;
};

/** A document made ready to be searched. */
export const indexed = (id: string, { text, vector }: SearchDocument): Indexed => ({
  id,
  bag: bagOf(text),
  characters: text.length,
  vector: measured(vector),
});

/** A vector with its length, so that it is taken once and not with every comparison. */
export const measured = (vector: Vector | undefined): Indexed['vector'] =>
  vector && { ...vector, length: lengthOf(vector.values) };
