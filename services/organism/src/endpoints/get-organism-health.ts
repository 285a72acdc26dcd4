import type { organism } from '@seedcore/contracts';
import { type Clock, type Handler, ok } from '@seedcore/protocol';
import type { AgentPool } from '../agents/agent-pool.ts';
import type { Roster } from '../domain/roster.ts';
import { MAX_STUCK } from '../domain/worn-out.ts';
import type { Troubles } from '../insight/troubles.ts';

/** What the health of a replica is made from. */
export type HealthPorts = {
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly clock: Clock;
  readonly initialized: () => boolean;
  readonly troubles: Troubles;
};

/** Whether this replica lives, can take work, and what it has to do without. */
export function getOrganismHealth(ports: HealthPorts): Handler<typeof organism.endpoints.get_organism_health> {
  const { roster, pool, clock, initialized, troubles } = ports;
  return () => {
    const missing = troubles.now();
    const stuck = pool.list().reduce((sum, { threads }) => sum + threads.stuck, 0);
    return ok({
      live: stuck < MAX_STUCK,
      ready: initialized() && roster.routable(clock.now()).some(({ alive }) => alive),
      degraded: missing.length > 0,
      missing,
    });
  };
}
