import type { OrganRecord, organism, RunHints, RunTask } from '@seedcore/contracts';
import { type Call, fail, type Reply } from '@seedcore/protocol';
import type { AgentPool, Wanted } from '../agents/agent-pool.ts';
import { skillQueue } from '../domain/remote-skill.ts';
import type { AttachedRuns } from '../organs/attached-runs.ts';
import type { OrganWork } from '../organs/organ-work.ts';
import type { Skill } from '../skill/define-skill.ts';
import type { Place } from '../supervision/breakers.ts';
import type { JoinedRuns } from './joined-runs.ts';
import { admitted, type InPlacePorts, runInPlace, specialtyOpen } from './run-in-place.ts';
import { type QueuedPorts, runQueued } from './run-queued.ts';

/** What executing a task on an organ stands on. */
export type ExecutePorts = InPlacePorts &
  QueuedPorts & {
    readonly pool: AgentPool;
    readonly skills: Pick<ReadonlyMap<string, Skill>, 'get'>;
    readonly joined: JoinedRuns<RunReply>;
    readonly attached: AttachedRuns;
    readonly organWork: Pick<OrganWork, 'halted'>;
  };

/** A task, the organ that shall do it, and the call that waits. */
export type Execution = {
  readonly organ: OrganRecord;
  readonly task: RunTask;
  readonly hints: RunHints;
  readonly call: Call;
};

/** What running a task answers. */
export type RunReply = Reply<typeof organism.endpoints.handle_task>;

/** Time after which an organ that was stopped may be asked again, in ms. */
const STOPPED_RETRY_MS = 5000;

/**
 * Runs a task on an organ while its caller waits. Without an id, and without side effects, it runs here, in place, when an agent here is idle, and
 * repeats of the same call join it. With an id, or a skill that workers have, or with no idle agent here, it goes through the organ's queue, whose
 * record makes a repeat with the same id the same task for 24 h, whichever replica is asked.
 */
export async function execute(execution: Execution, ports: ExecutePorts): Promise<RunReply> {
  const { organ, task, hints, call } = execution;
  const skill = ports.skills.get(task.type);
  const needed: Wanted['skills'] = [task.type, ...task.requires];
  const stands = standing(organ, ports);
  if (stands !== undefined)
    return fail('organ_not_ready', { organ_id: organ.organ_id, state: stands, retry_after_ms: STOPPED_RETRY_MS });
  if (skill === undefined || needed.some((one) => !organ.skills.includes(one)))
    return fail('no_capable_agent', { requires: [...needed], nearest: [] });
  const place = { organId: organ.organ_id, specialty: skill.name };
  const remote = skill.isolation === 'remote';
  const queue = remote ? skillQueue(skill.name) : organ.organ_id;
  const queued = { queue, task: { ...task, id: task.id ?? call.id }, hints, call };
  if (task.id !== undefined || skill.sideEffects || remote) {
    const closedMs = await closedTo(queued.task.id, place, ports);
    return closedMs === undefined ? runQueued(queued, ports) : specialtyOpen(place, closedMs);
  }
  return ports.joined.run(call.id, async () => {
    const wanted = wantedFor(execution, needed);
    const closedMs = await admitted({ ...queued, skill, wanted }, ports);
    if (closedMs !== undefined) return specialtyOpen(place, closedMs);
    const taken = ports.pool.take(wanted);
    if ('agent' in taken) {
      const run = { ...queued, skill, wanted, agent: taken.agent };
      return ports.attached.run(organ.organ_id, call, (own) => runInPlace({ ...run, call: own }, ports));
    }
    const here = ports.pool.list(organ.organ_id).length > 0;
    if (taken.none === 'incapable' && here) {
      ports.breakers.ended(place, queued.task.id, 'neither');
      return fail('no_capable_agent', { requires: [...needed], nearest: [...taken.nearest] });
    }
    return runQueued(queued, ports);
  });
}

/** Why an organ begins nothing at present. */
function standing({ organ_id, state }: OrganRecord, { organWork }: ExecutePorts): string | undefined {
  if (state === 'stopped') return state;
  return organWork.halted(organ_id) ? 'restarting' : undefined;
}

/** A task that was handed in before is waited for, whatever has become of its skill; a new one is not taken. */
async function closedTo(id: string, place: Place, { breakers, tasks }: ExecutePorts): Promise<number | undefined> {
  const closedMs = breakers.waitMs(place);
  return closedMs === undefined || (await tasks.get(id)) !== undefined ? undefined : closedMs;
}

function wantedFor({ organ, hints, call }: Execution, skills: Wanted['skills']): Wanted {
  return { organId: organ.organ_id, skills, taskId: call.id, leftMs: call.left(), hints };
}
