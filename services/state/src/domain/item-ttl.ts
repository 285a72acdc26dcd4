import type { ItemStore } from './item-key.ts';

const USUAL_S = { mw: 900, shared_cache: 3600 } as const satisfies Record<ItemStore, number>;
const NEGATIVE_S = 30;

/** How long a value lives when nothing is said, in ms. */
export const valueTtlMs = (store: ItemStore, seconds: number | undefined): number => (seconds ?? USUAL_S[store]) * 1000;

/** How long the word that there is no value lives, in ms. */
export const negativeTtlMs = (seconds: number | undefined): number => (seconds ?? NEGATIVE_S) * 1000;
