import type { state } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { isLive, memoryWithHits } from '../domain/memory/memory-item.ts';
import { TIERS } from '../domain/memory/memory-key.ts';
import { memoryStats } from '../domain/memory/memory-stats.ts';
import { rounded } from '../domain/rounded.ts';
import type { Ports } from '../ports.ts';
import { pictureOf } from './memory-picture.ts';

/** Sums up what this replica knows of the memories of one agent, or of all. */
export function getMemoryStats(ports: Ports): Handler<typeof state.endpoints.get_memory_stats> {
  return ({ agent_id }) => {
    const { memories, episodes, hits, figures } = ports.memory;
    const wallMs = ports.clock.wallMs();
    const live = [...memories.view.memories(agent_id), ...episodes.view.memories(agent_id)]
      .filter(({ value }) => isLive(value, wallMs))
      .map(({ key, value }) => memoryWithHits(value, hits.of(key)));
    const { tiers, rEffective, pCompress } = memoryStats(live);
    return ok({
      tiers: TIERS.map((tier) => ({
        ...{ tier, items: tiers[tier].items, hits: tiers[tier].hits, oldest: tiers[tier].oldest ?? null },
        ...{ bytes_represented: tiers[tier].bytesRepresented, bytes_kept: tiers[tier].bytesKept },
        evicted: tier === 'long_term' ? figures.evicted : 0,
      })),
      misses: figures.misses,
      p_compress: pCompress === undefined ? null : rounded(pCompress),
      r_effective: rEffective === undefined ? null : rounded(rEffective),
      since: figures.since,
      completeness: pictureOf(ports).completeness,
    });
  };
}
