import type { OrganPad } from '@seedcore/contracts';
import type { Store } from '@seedcore/store';
import type { Tasks } from '@seedcore/tasks';
import { managersOf } from '../../domain/manager-plan.ts';
import { PAD_LIMITS } from '../../domain/pad/pad-limits.ts';
import type { Roster } from '../../domain/roster.ts';
import type { Supervision } from '../supervision.ts';
import type { ManagerPorts } from './manager-ports.ts';
import { Managers, type ManagersPorts } from './managers.ts';

/** How output is judged where an organ does not say. */
const USUAL_PAD: OrganPad = { version: 2, P: PAD_LIMITS.p, A: PAD_LIMITS.a, D: PAD_LIMITS.d };

/** What the managers of a replica are opened on. */
export type ManagersParts = Pick<
  ManagersPorts,
  'me' | 'clock' | 'segments' | 'scores' | 'wire' | 'counted' | 'warn'
> & {
  readonly store: Pick<Store, 'lease'>;
  readonly tasks: Pick<Tasks, 'get'>;
  readonly roster: Roster;
  readonly supervision: Supervision;
};

/** Opens the managers of a replica on its view of everybody. */
export function openManagers({ store, tasks, roster, supervision, ...rest }: ManagersParts): Managers {
  const { clock } = rest;
  return new Managers({
    ...rest,
    stopAgent: supervision.stopAgent,
    runs: () => supervision.durableRuns(),
    goal: async (taskId) => (await tasks.get(taskId))?.spec?.description ?? '',
    taskState: async (taskId) => (await tasks.get(taskId))?.state ?? 'unknown',
    pad: (organId) => roster.organ(organId)?.record.pad ?? USUAL_PAD,
    agent: (agentId) => standing(roster, agentId, clock.now()),
    planned: () =>
      roster.organs().flatMap(({ record: { organ_id } }) => managersOf(organ_id, membersOf(roster, organ_id))),
    replicas: () => roster.hosts(clock.now()).map(({ id }) => id),
    lease: (name, options) => store.lease(name, options),
  });
}

const membersOf = (roster: Roster, organId: string): string[] =>
  roster.members(organId).map(({ holding }) => holding.agent_id);

function standing(roster: Roster, agentId: string, now: number): ReturnType<ManagerPorts['agent']> {
  const agent = roster.agent(agentId);
  const presence = agent === undefined ? 'gone' : roster.presence(agent, now);
  if (presence === 'idle' || presence === 'starting') return 'idle';
  return presence === 'busy' || presence === 'slow' ? 'busy' : 'lost';
}
