/** Finds texts by their words, by what a model made of them, and by both. */
export { type Bag, bagOf } from './bag.ts';
export { bm25 } from './bm25.ts';
export { type Choice, type Diversity, diversify } from './diversify.ts';
export { fusedScore } from './fuse.ts';
export type { SearchDocument } from './indexed.ts';
export { MOST_RANKED } from './rank.ts';
export type { Found, Hit, Search } from './search.ts';
export { type IndexLimits, SearchIndex } from './search-index.ts';
export { jaccard } from './similarity.ts';
export { cosine, isDirection, type Vector } from './vector.ts';
export { type Marks, wordsOf } from './words.ts';
