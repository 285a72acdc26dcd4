import type { state } from '@seedcore/contracts';
import { type Degraded, fail, type Handler, type Input, ok } from '@seedcore/protocol';
import type { ItemName } from '../domain/item-key.ts';
import { valueTooLarge } from '../domain/item-size.ts';
import { valueTtlMs } from '../domain/item-ttl.ts';
import type { ItemCounts, SeenItem } from '../work/item-shelf.ts';
import type { ItemWish, ObtainedItem } from '../work/obtain-item.ts';
import type { WorkingMemory } from '../work/working-memory.ts';
import { itemRefusal } from './item-refusal.ts';

/** `miss_tracker` answers for so long, in ms. */
const COUNTED_MS = 3_600_000;

const NOTHING = { found: false, created: false, negative: false, revision: 0, age_ms: 0, filling: false } as const;

/** An item; where there is none, it is made, or claimed, or waited for, as its caller wishes. */
export function getItem(memory: WorkingMemory): Handler<typeof state.endpoints.get_item> {
  return async (asked, call) => {
    const { store, scope, key } = asked;
    if (store === 'miss_tracker') return counted(memory, { scope, key });
    const tooLarge = asked.if_absent === undefined ? undefined : valueTooLarge(asked.if_absent);
    if (tooLarge !== undefined) return fail('too_large', tooLarge);
    const name: ItemName = { store, scope, key };
    const obtained = await memory.obtainer.obtain(wishOf(asked, name), call);
    const answer = answerOf(obtained);
    memory.shelf.tally(answer);
    if (answer === 'missed') memory.misses.count(name);
    switch (obtained.kind) {
      case 'seen':
        return ok(shown(obtained.seen, obtained.isCreated), mark(obtained.seen));
      case 'claimed': {
        const { token, untilMs } = obtained.claim;
        return ok({ ...NOTHING, level: 'L2', claim: { token, expires_at: new Date(untilMs).toISOString() } });
      }
      case 'filling':
        return ok({ ...NOTHING, level: 'L2', filling: true });
      default:
        return itemRefusal(obtained, key);
    }
  };
}

function wishOf(asked: Input<typeof state.endpoints.get_item>, name: ItemName): ItemWish {
  const { if_absent: value, ttl_s, claim, claim_ttl_ms, wait_ms: waitMs, max_age_ms } = asked;
  return {
    name,
    waitMs,
    ifAbsent: value === undefined ? undefined : { value, ttlMs: valueTtlMs(name.store, ttl_s) },
    claimMs: claim ? claim_ttl_ms : undefined,
    maxAgeMs: max_age_ms ?? Number.POSITIVE_INFINITY,
  };
}

function shown({ item, rev, level, ageMs }: SeenItem, created: boolean) {
  const common = { ...NOTHING, created, revision: rev, age_ms: ageMs, level };
  if (item?.kind === 'value') return { ...common, found: true, value: item.value };
  return { ...common, negative: item?.kind === 'negative' };
}

function mark({ isStale, ageMs }: SeenItem): Degraded | undefined {
  return isStale ? { reason: 'watch_lag', source: 'cache', age_ms: ageMs } : undefined;
}

/** What an answer counts as: what is neither there nor denied is a miss, also when it was made for its caller. */
function answerOf(obtained: ObtainedItem): keyof ItemCounts | undefined {
  if (obtained.kind === 'claimed' || obtained.kind === 'filling') return 'missed';
  if (obtained.kind !== 'seen') return undefined;
  const { item, level } = obtained.seen;
  if (item === undefined || obtained.isCreated) return 'missed';
  return item.kind === 'negative' ? 'negative' : level;
}

async function counted({ misses }: WorkingMemory, { scope, key }: { scope: string; key: string }) {
  const found = await misses.countOf({ store: 'miss_tracker', scope, key }, COUNTED_MS);
  if (found === undefined) return ok({ ...NOTHING, level: 'L2' as const });
  return ok({ ...NOTHING, level: 'L2' as const, found: true, value: { count: found.count, max_error: found.error } });
}
