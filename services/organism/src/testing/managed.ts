import type { OrganPad } from '@seedcore/contracts';
import { managersOf, type PlannedManager } from '../domain/manager-plan.ts';
import type { Scored, Scores } from '../supervision/managers/manager-ports.ts';
import { Managers } from '../supervision/managers/managers.ts';
import { ORGAN, type Replica, type WatchedBed } from './watched-bed.ts';

/** Scores that are as good and as bad as can be told by one look. */
export const GOOD = { p: 0.6, a: 0.1, d: 0.9 };
export const BAD = { p: 0.6, a: 0.95, d: 0.9 };

/** Scores a window by what was said last: `bad` is unhealthy by both rules, `v1` by the first alone. */
export const byWords: Scores = {
  of: async (windows) =>
    windows.map(({ segments }): Scored => {
      const last = segments.at(-1) ?? '';
      return { v1: /bad|v1/.test(last) ? BAD : GOOD, v2: /bad/.test(last) ? BAD : GOOD };
    }),
};

const USUAL: OrganPad = { version: 2, P: 0.2, A: 0.8, D: 0.3 };

/** How the managers of a replica of a bed are. */
export type Managed = {
  readonly hosts?: readonly Replica[];
  readonly scores?: Scores;
  readonly pad?: OrganPad;
};

/** The agents of these replicas, as a roster has them. */
const planOf = (hosts: readonly Replica[]): PlannedManager[] =>
  managersOf(
    ORGAN,
    hosts.flatMap(({ pool }) => pool.list().map(({ agentId }) => agentId)),
  );

/** Gives a replica managers, which begin at once. */
export function manage(replica: Replica, bed: WatchedBed, { hosts = [replica], scores, pad }: Managed = {}): Managers {
  const { supervision, durable, segments, watched } = replica;
  const managers = new Managers({
    me: replica.name,
    clock: bed.clock,
    runs: () => supervision.durableRuns(),
    goal: async (taskId) => (await durable.tasks.get(taskId))?.spec?.description ?? '',
    taskState: async (taskId) => (await durable.tasks.get(taskId))?.state ?? 'unknown',
    pad: () => pad ?? USUAL,
    agent: (agentId) => (hosts.some(({ pool }) => pool.get(agentId)?.busy === false) ? 'idle' : 'busy'),
    segments,
    scores: scores ?? byWords,
    stopAgent: supervision.stopAgent,
    wire: bed.managers.wire(() => replica.dead),
    counted: watched,
    planned: () => planOf(hosts),
    replicas: () => bed.names(),
    lease: (name, options) => durable.store.lease(name, options),
    warn: (message, cause) => bed.warned.push(`${replica.name}: ${message}: ${String(cause)}`),
  });
  managers.start();
  return managers;
}
