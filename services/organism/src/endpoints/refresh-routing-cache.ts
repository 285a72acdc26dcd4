import type { organism } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { countRules } from '../domain/rule-change.ts';
import { RESERVE_MS, type ReplicaDesk } from '../replicas/replica-desk.ts';
import type { RoutingTable } from '../routing/routing-table.ts';

/** What reading anew stands on. */
export type RefreshPorts = { readonly table: RoutingTable; readonly desk: Pick<ReplicaDesk, 'ask'> };

/** Has the rules read anew, here or by every replica. */
export function refreshRoutingCache({
  table,
  desk,
}: RefreshPorts): Handler<typeof organism.endpoints.refresh_routing_cache> {
  return async ({ all_replicas }, call) => {
    const others = all_replicas ? desk.ask('refresh_routing', {}, call.left() - RESERVE_MS) : nobody;
    const [{ rules, state }, told] = await Promise.all([table.refresh(), others]);
    return ok({
      epoch: state?.rev ?? 0,
      entries: countRules(rules.value),
      replicas: 1 + told.answers.length,
      partial: told.missing.length > 0,
    });
  };
}

const nobody = { answers: [], missing: [] };
