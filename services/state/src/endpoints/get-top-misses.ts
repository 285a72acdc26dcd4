import type { state } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import type { WorkingMemory } from '../work/working-memory.ts';

/** What was most often asked for in vain, of all replicas. */
export function getTopMisses({ misses }: WorkingMemory): Handler<typeof state.endpoints.get_top_misses> {
  return async ({ store, window_s, limit }) => {
    const { fromMs, toMs, total, replicas, ...top } = await misses.top({ store, limit, windowMs: window_s * 1000 });
    const window = { from: new Date(fromMs).toISOString(), to: new Date(toMs).toISOString() };
    return ok({ misses: [...top.misses], total, replicas, window });
  };
}
