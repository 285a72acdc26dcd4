import type { MemoryItem } from '@seedcore/contracts';
import { agentOf } from '../domain/memory/memory-key.ts';
import { type Keyed, leastWorth } from '../domain/memory/memory-worth.ts';
import type { MemoryAnnouncements, MemoryChange, MemoryPorts } from '../memory-ports.ts';

/** Removals in one commit. */
const AT_ONCE = 100;

/** What making room needs. */
export type EvictPorts = Pick<MemoryPorts, 'memories' | 'limits' | 'hits' | 'figures'> & {
  readonly announcements: Pick<MemoryAnnouncements, 'memoryEvicted'>;
};

/**
 * Where a limit was passed, removes the memories of the long term that are worth least, until 95 % of it are left.
 * A memory that is changed at the same time stays, to be weighed again.
 *
 * @returns how many were removed
 */
export async function evictMemories(ports: EvictPorts, wallMs: number, check: () => void): Promise<number> {
  const { view } = ports.memories;
  let evicted = 0;
  for (const agentId of view.agentsAbove('long_term', ports.limits.perAgent))
    evicted += await remove(ports, leastWorth(weighed(ports, agentId), ports.limits.perAgent, wallMs), check);
  if (view.total('long_term') > ports.limits.total)
    evicted += await remove(ports, leastWorth(weighed(ports), ports.limits.total, wallMs), check);
  return evicted;
}

type Revised = Keyed<MemoryItem> & { readonly rev: number };

/** Memories of the long term, with the hits that are not written yet. */
function weighed({ memories, hits }: EvictPorts, agentId?: string): Revised[] {
  return [...memories.view.memories(agentId)]
    .filter(({ item }) => item.tier === 'long_term')
    .map(({ key, item, rev }) => ({ key, rev, item: { ...item, hits: item.hits + hits.of(key) } }));
}

async function remove(ports: EvictPorts, victims: readonly Revised[], check: () => void): Promise<number> {
  let removed = 0;
  for (let i = 0; i < victims.length; i += AT_ONCE) {
    check();
    const gone = await removeTogether(ports, victims.slice(i, i + AT_ONCE));
    removed += gone.length;
    announce(ports, gone);
  }
  return removed;
}

/** All at once; where one of them has changed, one by one, without that one. */
async function removeTogether({ memories }: EvictPorts, victims: readonly Revised[]): Promise<string[]> {
  const changes = victims.map(({ key, rev }): MemoryChange => ({ key, expect: rev }));
  const together = await memories.write(changes);
  if (together.kind === 'written') return changes.map(({ key }) => key);
  const gone: string[] = [];
  for (const change of changes) if ((await memories.write([change])).kind === 'written') gone.push(change.key);
  return gone;
}

function announce({ hits, figures, announcements }: EvictPorts, keys: readonly string[]): void {
  figures.evicted += keys.length;
  const ofAgent = Map.groupBy(keys, agentOf);
  for (const [agent_id, gone] of ofAgent)
    announcements.memoryEvicted({ agent_id, memory_ids: gone.map((key) => key.split('.')[2] ?? '') });
  for (const key of keys) hits.forget(key);
}
