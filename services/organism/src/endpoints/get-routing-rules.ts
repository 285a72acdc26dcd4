import type { organism } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import type { RoutingTable } from '../routing/routing-table.ts';

/** The rules routes follow. */
export function getRoutingRules(ports: {
  readonly table: RoutingTable;
}): Handler<typeof organism.endpoints.get_routing_rules> {
  return async () => {
    const { rules } = await ports.table.get();
    return ok({ ...rules.value, revision: rules.rev });
  };
}
