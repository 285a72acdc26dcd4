import { bagOf, bm25, SearchIndex } from '@seedcore/retrieval';

/** Notes about pumps by id, as they come and go; the directions are what a model made of the texts. */
export const notes = new SearchIndex({ documents: 50_000, characters: 50_000_000 });
const direction = (...values: number[]) => ({ model: 'tiny-2', values: Float32Array.from(values) });
notes.put('a', { text: 'red pump fails' });
notes.put('b', { text: 'red pump red valve', vector: direction(1, 0.2) });
notes.put('c', { text: 'the blower stands still', vector: direction(0.9, 0.1) });

/** The two notes that fit best by words and by meaning: `b`, which is first in one and second in the other, and `a`. */
export const found = notes.search({ text: 'red pump', vector: direction(1, 0), k: 2 }).hits.map(({ id }) => id);

/** The place of the text that fits the query best, among texts that are known all at once. */
export function bestOf(query: string, texts: readonly string[]): number {
  const bags = texts.map((text) => bagOf(text));
  const scores = bags.map(bm25(bagOf(query), bags));
  return scores.indexOf(Math.max(...scores));
}
