import type { organism } from '@seedcore/contracts';
import { type Clock, fail, type Handler, type Output, ok } from '@seedcore/protocol';
import type { Latencies } from '../agents/latencies.ts';
import { live, type Roster, type RosterOrgan } from '../domain/roster.ts';
import { type EvolutionBook, evolutionLineOf } from '../evolution/evolution-book.ts';
import type { HeardPulse, HeardPulses } from '../supervision/managers/heard-pulses.ts';

/** What the status of organs is made from. */
export type OrganStatusPorts = {
  readonly roster: Roster;
  readonly latencies: Latencies;
  readonly clock: Clock;
  readonly book: Pick<EvolutionBook, 'of'>;
  readonly lagMs: () => number;
  /** Tasks that wait in the queue of an organ; undefined when that cannot be read. */
  readonly waiting: (organId: string) => Promise<number | undefined>;
  readonly managers: { readonly pulses: Pick<HeardPulses, 'ofOrgan'> };
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

async function lineOf(organ: RosterOrgan, ports: OrganStatusPorts): Promise<OrganLine> {
  const { record, rev } = organ;
  const { created_at: _, configured: __, drain_ms: ___, desired, generation = 0, ...facts } = record;
  const counts = ports.roster.counts(ports.clock.now(), facts.organ_id);
  const { idle, suspect } = counts;
  const busy = live(counts) - idle;
  const evolution = ports.book.of(facts.organ_id);
  const waiting = await ports.waiting(facts.organ_id);
  return {
    ...facts,
    state: stateOf(organ, ports),
    agents: { desired, idle, busy, suspect },
    queue: waiting === undefined ? null : { waiting },
    running: busy,
    utilisation: idle + busy === 0 ? 0 : busy / (idle + busy),
    p95_ms: ports.latencies.p95(facts.organ_id) ?? null,
    managers: ports.managers.pulses.ofOrgan(facts.organ_id).map(managerLine),
    generation,
    ...(evolution === undefined ? {} : { evolution: evolutionLineOf(evolution) }),
    revision: rev,
    age_ms: ports.lagMs(),
  };
}

const managerLine = ({
  pulse: { manager_id, holder, mgr_epoch },
  ageMs,
}: HeardPulse): OrganLine['managers'][number] => ({
  id: manager_id,
  holder,
  epoch: mgr_epoch,
  pulse_age_ms: ageMs,
});

function stateOf({ record }: RosterOrgan, { roster, clock }: OrganStatusPorts): OrganLine['state'] {
  const counts = roster.counts(clock.now(), record.organ_id);
  if (record.state === 'stopped') return live(counts) > counts.idle ? 'draining' : 'stopped';
  if (roster.members(record.organ_id).length < record.desired) return 'starting';
  return live(counts) < record.desired ? 'degraded' : 'ready';
}
