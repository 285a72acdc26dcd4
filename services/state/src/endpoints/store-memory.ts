import type { NewMemory, state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { episodeOf } from '../domain/memory/episode.ts';
import { memoryKey } from '../domain/memory/memory-key.ts';
import { memoryTooLarge } from '../domain/memory/memory-sizes.ts';
import type { Ports } from '../ports.ts';
import { type Stored, StoreMemories } from '../work/store-memories.ts';
import { writerOf } from './writer-of.ts';

/** Time the reply needs on its way, in ms. */
const REPLY_MS = 200;

/** Stores memories of an agent and announces those that are new. */
export function storeMemory(ports: Ports): Handler<typeof state.endpoints.store_memory> {
  const memories = new StoreMemories(ports);
  return async ({ agent_id, items: told }, call) => {
    const items = told.map((item) => (item.kind === 'episode' ? episodeOf(item) : item));
    const tooLarge = memoryTooLarge(items);
    if (tooLarge !== undefined) return fail('too_large', tooLarge);
    const endsAt = ports.clock.now() + Math.max(0, call.left() - REPLY_MS);
    const done = await memories.store({ agent_id, items, by: writerOf(call), endsAt });
    if (done.kind === 'refused') return { ok: false, failure: done.refusal };
    if (done.kind === 'contended') return fail('contended', { tries: done.tries });
    if (done.kind === 'corrupt') return fail('corrupt_record', { key: done.key, why: done.why });
    for (const [i, stored] of done.stored.entries()) tell(ports, stored, items[i]);
    return ok({ stored: done.stored.map((stored) => shown(ports, stored)) });
  };
}

function tell({ announcements, memory }: Ports, { item, rev, isNew, duplicate }: Stored, told?: NewMemory): void {
  const { agent_id, memory_id, tier, kind, salience } = item;
  if (duplicate) memory.hits.add(memoryKey(tier, item));
  if (!isNew) return;
  announcements.memoryStored({ agent_id, memory_id, revision: rev, tier, kind });
  if (tier === 'flashbulb' && salience !== null) announcements.flashbulb({ agent_id, memory_id, kind, salience });
  const replaces = [...(told?.replaces ?? [])];
  if (replaces.length > 0) announcements.memoryReplaced({ agent_id, memory_id, replaces });
}

const shown = ({ memory }: Ports, { item, rev, duplicate }: Stored) => ({
  ...{ memory_id: item.memory_id, revision: rev, tier: item.tier, vector: memory.index.vectorState(item) },
  ...(duplicate ? { duplicate_of: item.memory_id } : {}),
});
