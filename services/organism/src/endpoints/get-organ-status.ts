import type { organism } from '@seedcore/contracts';
import { type Clock, fail, type Handler, type Output, ok } from '@seedcore/protocol';
import type { Latencies } from '../agents/latencies.ts';
import { live, type Roster, type RosterOrgan } from '../domain/roster.ts';

/** What the status of organs is made from. */
export type OrganStatusPorts = {
  readonly roster: Roster;
  readonly latencies: Latencies;
  readonly clock: Clock;
  readonly lagMs: () => number;
  /** Tasks that wait in the queue of an organ; undefined when that cannot be read. */
  readonly waiting: (organId: string) => Promise<number | undefined>;
};

type OrganLine = Output<typeof organism.endpoints.get_organ_status>['organs'][number];

/** Organs with their agents and queues. */
export function getOrganStatus(ports: OrganStatusPorts): Handler<typeof organism.endpoints.get_organ_status> {
  const { roster, lagMs } = ports;
  return async ({ organ_id, limit, cursor }) => {
    const known = roster.organs();
    if (organ_id !== undefined && roster.organ(organ_id) === undefined)
      return fail('unknown_organ', { organ_id, known: known.map(({ record }) => record.organ_id) });
    const matching = known.filter(
      ({ record }) =>
        (organ_id === undefined || record.organ_id === organ_id) && (cursor === undefined || record.organ_id > cursor),
    );
    const organs = await Promise.all(matching.slice(0, limit).map((organ) => lineOf(organ, ports)));
    const last = organs.at(-1);
    const more = matching.length > limit && last !== undefined ? { next_cursor: last.organ_id } : {};
    return ok({ organs, age_ms: lagMs(), ...more });
  };
}

async function lineOf({ record, rev }: RosterOrgan, ports: OrganStatusPorts): Promise<OrganLine> {
  const { created_at: _, specialty: __, max_agents: ___, desired, state, ...organ } = record;
  const counts = ports.roster.counts(ports.clock.now(), organ.organ_id);
  const { idle, suspect } = counts;
  const busy = live(counts) - idle;
  const waiting = await ports.waiting(organ.organ_id);
  return {
    ...organ,
    state: state === 'ready' && idle + busy < desired ? 'degraded' : state,
    agents: { desired, idle, busy, suspect },
    queue: waiting === undefined ? null : { waiting },
    running: busy,
    utilisation: idle + busy === 0 ? 0 : busy / (idle + busy),
    p95_ms: ports.latencies.p95(organ.organ_id) ?? null,
    revision: rev,
  };
}
