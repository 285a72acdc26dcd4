import type { Vector } from './vector.ts';

/**
 * What is looked for, by words, by a vector, or by both.
 *
 * The 50 best by BM25 and the 50 best by cosine, of those above 0, are fused by their places, 0.4/(5 + place by words) +
 * 0.6/(5 + place by vector); times 2^(−age/half-life) when asked; divided by the largest. Of these, `k` are chosen by
 * maximal marginal relevance with `lambda`; 1, which is what it is when left out, is plain order. Ties by id.
 */
export type Search = {
  readonly text?: string | undefined;
  readonly vector?: Vector | undefined;
  /** Most hits. */
  readonly k: number;
  /** What the reader may see; what is hidden changes nothing, also not how rare a word is. All, when left out. */
  readonly isVisible?: ((id: string) => boolean) | undefined;
  /** What else is asked of a hit; changes no score by words or by vector. */
  readonly isWanted?: ((id: string) => boolean) | undefined;
  /** Older documents count less: half as much per half-life. */
  readonly recency?: { readonly ageMs: (id: string) => number; readonly halfLifeMs: number } | undefined;
  /** In [0, 1]: 1 looks at relevance only, 0 at being unlike better hits. */
  readonly lambda?: number | undefined;
};

/** A document that was found. */
export type Hit = {
  readonly id: string;
  /** In [0, 1]: relevance as a share of the most relevant one's. */
  readonly score: number;
  /** Place by words, from 1, and the BM25 score; absent when it is not among the 50 best. */
  readonly rankText?: number;
  readonly scoreText?: number;
  /** Place by vector, from 1, and the cosine; absent as above. */
  readonly rankVector?: number;
  readonly scoreVector?: number;
};

/** What a search found, in order, and the share of visible documents with a vector of the query's model (0 without one). */
export type Found = { readonly hits: readonly Hit[]; readonly vectors: number };
