export { type Bag, bagOf } from './bag.ts';
export { bm25 } from './bm25.ts';
export { type Hit, type IndexLimits, TextIndex } from './text-index.ts';
export { type Marks, wordsOf } from './words.ts';
