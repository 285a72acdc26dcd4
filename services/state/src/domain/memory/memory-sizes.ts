import type { NewMemory } from '@seedcore/contracts';
import { MOST_EPISODE_BYTES } from './episode.ts';

const MOST_TEXT_BYTES = 8192;
const MOST_DATA_BYTES = 32_768;
/** Memories replaced in one call: with the twenty new ones they make one commit. */
const MOST_REPLACED = 80;

/** What is too large, with its limit. */
export type TooLarge = { readonly limit: number; readonly got: number };

/** The first thing that is too large in what is to be stored; undefined when nothing is. */
export function memoryTooLarge(items: readonly NewMemory[]): TooLarge | undefined {
  const replaced = items.reduce((sum, { replaces }) => sum + replaces.length, 0);
  const sizes = [...items.flatMap(sizesOf), { limit: MOST_REPLACED, got: replaced }];
  return sizes.find(({ limit, got }) => got > limit);
}

function sizesOf({ kind, text, data, replaces }: NewMemory): TooLarge[] {
  const isEpisode = kind === 'episode';
  const dataBytes = data === undefined ? 0 : Buffer.byteLength(JSON.stringify(data));
  return [
    { limit: MOST_TEXT_BYTES, got: Buffer.byteLength(text) },
    { limit: isEpisode ? MOST_EPISODE_BYTES : MOST_DATA_BYTES, got: dataBytes },
    // The journal is only added to: an episode takes nobody's place.
    { limit: isEpisode ? 0 : MOST_REPLACED, got: replaces.length },
  ];
}
