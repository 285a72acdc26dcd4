import { bagOf, bm25, TextIndex } from '@seedcore/retrieval';

/** Notes about pumps by id, as they come and go. */
export const notes = new TextIndex({ texts: 50_000, characters: 50_000_000 });
notes.put('a', 'red pump fails');
notes.put('b', 'red pump red valve');

/** The notes about red pumps, best first: `b`, `a`. */
export const found = notes.search('red pump').map(({ id }) => id);

/** The place of the text that fits the query best, among texts that are known all at once. */
export function bestOf(query: string, texts: readonly string[]): number {
  const bags = texts.map((text) => bagOf(text));
  const scores = bags.map(bm25(bagOf(query), bags));
  return scores.indexOf(Math.max(...scores));
}
