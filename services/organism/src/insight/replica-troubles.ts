import type { AgentPool } from '../agents/agent-pool.ts';
import type { Household } from '../agents/household.ts';
import { type Counts, live, type Roster, type RosterOrgan } from '../domain/roster.ts';
import type { Records } from '../ports.ts';
import type { Trouble } from './troubles.ts';

/** What a look at troubles needs. */
export type TroublePorts = {
  readonly roster: Roster;
  readonly records: Pick<Records, 'lagMs'>;
  readonly pool: AgentPool;
  readonly household: Pick<Household, 'initialized' | 'stateSilent'>;
  readonly now: number;
};

/** A watch that has been silent for so long has lost its broker, in s. */
const AWAY_S = 15;

/** What this replica has to do without. */
export function troublesOf({ roster, records, pool, household, now }: TroublePorts): Trouble[] {
  const stuck = pool.list().reduce((sum, { threads }) => sum + threads.stuck, 0);
  const lagS = Math.round(records.lagMs() / 1000);
  return [
    ...(household.initialized ? [] : [{ what: 'records of organs and agents', effect: 'nothing is begun yet' }]),
    ...roster.organs().flatMap((organ) => fewAgents(organ, roster.counts(now, organ.record.organ_id))),
    ...(household.stateSilent
      ? [{ what: 'state', effect: 'what agents have done is remembered later; skills that need facts fail' }]
      : []),
    ...(stuck > 0 ? [{ what: 'threads that go when told to', effect: `${stuck} of them hold a core each` }] : []),
    ...(lagS > AWAY_S ? [{ what: 'the broker', effect: `what is known of others is ${lagS} s old` }] : []),
  ];
}

function fewAgents({ record: { organ_id, desired, state } }: RosterOrgan, counts: Counts) {
  const there = live(counts);
  if (state === 'stopped' || there >= desired) return [];
  const effect = there === 0 ? 'its work waits' : 'its work takes longer';
  return [{ what: `agents of ${organ_id}`, effect: `${there} of ${desired} live: ${effect}` }];
}
