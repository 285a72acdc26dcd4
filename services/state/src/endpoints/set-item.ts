import type { state } from '@seedcore/contracts';
import { fail, type Handler, type Input, isRecord, ok } from '@seedcore/protocol';
import { type ItemAnswer, put } from '../domain/item.ts';
import type { ItemStore } from '../domain/item-key.ts';
import { valueTooLarge } from '../domain/item-size.ts';
import { negativeTtlMs, valueTtlMs } from '../domain/item-ttl.ts';
import type { WorkingMemory } from '../work/working-memory.ts';
import { itemRefusal } from './item-refusal.ts';

type Asked = Input<typeof state.endpoints.set_item>;

/** Writes a value, or that there is none; a number of misses is added to what was counted. */
export function setItem(memory: WorkingMemory): Handler<typeof state.endpoints.set_item> {
  return async (asked) => {
    const { store, scope, key, value } = asked;
    if (store === 'miss_tracker') return counted(memory, asked);
    const tooLarge = value === undefined ? undefined : valueTooLarge(value);
    if (tooLarge !== undefined) return fail('too_large', tooLarge);
    const item = itemOf(asked, store, memory.clock.wallMs());
    const wish = { item, expectedRevision: asked.expected_revision, claimToken: asked.claim_token };
    const changed = await memory.shelf.change({ store, scope, key }, (now) => put(now, wish));
    if (changed.kind !== 'done') return itemRefusal(changed, key);
    const { verdict, before, rev } = changed;
    if (verdict.kind === 'conflict') return fail('conflict', { current_revision: verdict.current_revision });
    if (verdict.kind === 'claim_lost') return fail('claim_lost', { current_revision: verdict.current_revision });
    const untilMs = verdict.kind === 'write' ? item.untilMs : (before.item?.untilMs ?? item.untilMs);
    return ok({ revision: rev, expires_at: new Date(untilMs).toISOString() });
  };
}

function itemOf({ key, value, ttl_s }: Asked, store: ItemStore, wallMs: number): ItemAnswer {
  if (value === undefined) return { kind: 'negative', key, untilMs: wallMs + negativeTtlMs(ttl_s) };
  return { kind: 'value', key, value, untilMs: wallMs + valueTtlMs(store, ttl_s) };
}

function counted({ misses }: WorkingMemory, { scope, key, value }: Asked) {
  const incr = isRecord(value) ? Number(value['incr']) : 1;
  const untilMs = misses.count({ store: 'miss_tracker', scope, key }, incr);
  return ok({ revision: 0, expires_at: new Date(untilMs).toISOString() });
}
