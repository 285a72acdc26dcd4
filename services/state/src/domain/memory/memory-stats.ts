import type { MemoryItem, MemoryTier } from '@seedcore/contracts';
import { bytesOf } from './memory-item.ts';

/** Figures of the live memories of one tier. */
export type TierFigures = {
  readonly items: number;
  readonly bytesRepresented: number;
  readonly bytesKept: number;
  readonly hits: number;
  /** When the oldest was stored. */
  readonly oldest: string | undefined;
};

/** Figures of live memories, by tier and together. */
export type MemoryStats = {
  readonly tiers: Readonly<Record<MemoryTier, TierFigures>>;
  /** Bytes represented ÷ bytes kept, ≥ 1; undefined without any. */
  readonly rEffective: number | undefined;
  /** Share of the represented bytes that are held only in what was made of them, in [0, 1]; undefined without any. */
  readonly pCompress: number | undefined;
};

/** Sums up live memories; `hits` of each are those written and those not written yet. */
export function memoryStats(live: readonly MemoryItem[]): MemoryStats {
  const of = (tier: MemoryTier) => tierFigures(live.filter((item) => item.tier === tier));
  const { bytesRepresented, bytesKept } = tierFigures(live);
  const isSynthesis = (item: MemoryItem) => item.represents_bytes > bytesOf(item);
  const synthesised = live.filter(isSynthesis).reduce((sum, { represents_bytes: bytes }) => sum + bytes, 0);
  return {
    tiers: { long_term: of('long_term'), flashbulb: of('flashbulb'), episode: of('episode') },
    rEffective: bytesKept === 0 ? undefined : bytesRepresented / bytesKept,
    pCompress: bytesRepresented === 0 ? undefined : synthesised / bytesRepresented,
  };
}

function tierFigures(items: readonly MemoryItem[]): TierFigures {
  const sum = (of: (item: MemoryItem) => number) => items.reduce((total, item) => total + of(item), 0);
  const oldest = items.reduce<MemoryItem | undefined>(
    (first, item) => (first === undefined || Date.parse(item.created_at) < Date.parse(first.created_at) ? item : first),
    undefined,
  );
  return {
    ...{ items: items.length, hits: sum(({ hits }) => hits), oldest: oldest?.created_at },
    ...{ bytesRepresented: sum(({ represents_bytes }) => represents_bytes), bytesKept: sum(bytesOf) },
  };
}
