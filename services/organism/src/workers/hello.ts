import type { RemoteSkillRecord, worker } from '@seedcore/contracts';
import { fail, type Input, MeshError, ok, type Reply } from '@seedcore/protocol';
import { declareRemote, type SkillConflict } from '../domain/remote-skill.ts';
import { MAX_SKILLS } from '../skill/catalogue/teach.ts';
import type { Skill } from '../skill/define-skill.ts';
import { schemasOf } from './remote-skills.ts';
import { WORKER_BEAT_MS, WORKER_DEAD_MS, type WorkerSession } from './session.ts';
import type { WorkerDesk } from './worker-desk.ts';
import type { KeptWorker, WorkerRecords } from './worker-records.ts';

/** What hello stands on beside the desk. */
export type HelloPorts = {
  readonly skillOf: (name: string) => Skill | undefined;
  /** Adds skills to what an organ can do. */
  readonly teach: (organId: string, skills: readonly string[]) => Promise<void>;
};

type Endpoint = typeof worker.endpoints.hello;

/** A worker comes; `kept` is the record of one of its name that is not heard any more. */
export async function hello(
  input: Input<Endpoint>,
  kept: KeptWorker | undefined,
  { desk, ports }: { readonly desk: WorkerDesk; readonly ports: HelloPorts },
): Promise<Reply<Endpoint>> {
  const { roster, records, skills, clock, me } = desk.ports;
  const { worker: name, organ_id } = input;
  if (roster.organ(organ_id) === undefined)
    return fail('unknown_organ', { organ_id, known: roster.organs().map(({ record }) => record.organ_id) });
  const session = desk.get(name);
  if (session !== undefined && session.silentMs <= WORKER_DEAD_MS) return taken(session);
  if (session !== undefined) await desk.dismiss(session, 'lost');
  if (desk.full)
    throw new MeshError('overloaded', { target: 'worker.hello', message: 'this replica keeps enough workers' });
  const more = input.skills.find(
    (skill, i) => !roomFor(skill, { input, i, taught: roster.organ(organ_id)?.record.skills ?? [] }),
  );
  if (more !== undefined)
    return fail('skill_conflict', { ...of(more), reason: `${organ_id} has ${MAX_SKILLS} skills` });
  for (const skill of input.skills) {
    const own = ports.skillOf(skill.name);
    const local = own !== undefined && own.isolation !== 'remote';
    const conflict = local
      ? { ...of(skill), reason: 'it is a skill of organism' }
      : await declared(skill, input, records);
    if ('reason' in conflict) return fail('skill_conflict', conflict);
    skills.heard(skill.name, conflict.record, conflict.rev);
  }
  await ports.teach(
    organ_id,
    input.skills.map((skill) => skill.name),
  );
  const since = new Date(clock.wallMs()).toISOString();
  const named = new Map(input.skills.map(({ name: skill, concurrency }) => [skill, { name: skill, concurrency }]));
  const record = { worker: name, organ_id, host: me, skills: [...named.values()], since };
  const written = await records.write(record, session === undefined ? (kept?.rev ?? 0) : 0);
  if (written === undefined)
    return fail('worker_taken', { worker: name, heard_ms_ago: 0, retry_after_ms: WORKER_DEAD_MS });
  const agents = await desk.keep(written);
  return ok({ handle: written.rev, agents: [...agents], beat_ms: WORKER_BEAT_MS, dead_after_ms: WORKER_DEAD_MS });
}

type Brought = Input<Endpoint>['skills'][number];
type Place = { readonly input: Input<Endpoint>; readonly i: number; readonly taught: readonly string[] };

/** True for a skill its organ knows, or has room for beside those brought before it. */
function roomFor({ name }: Brought, { input, i, taught }: Place): boolean {
  const before = input.skills.slice(0, i).filter((skill) => !taught.includes(skill.name)).length;
  return taught.includes(name) || taught.length + before < MAX_SKILLS;
}

type Known = { readonly record: RemoteSkillRecord; readonly rev: number };

const of = ({ name, version }: Brought) => ({ skill: name, version });

function taken({ record, silentMs }: WorkerSession): Reply<Endpoint> {
  const heard_ms_ago = Math.round(silentMs);
  return fail('worker_taken', { worker: record.worker, heard_ms_ago, retry_after_ms: WORKER_DEAD_MS - heard_ms_ago });
}

/** Brings a skill to the record of it, unless that says something else. */
async function declared(
  skill: Brought,
  { organ_id }: Input<Endpoint>,
  records: WorkerRecords,
): Promise<Known | SkillConflict> {
  const unreadable = whyUnreadable(skill);
  if (unreadable !== undefined) return { ...of(skill), reason: unreadable };
  try {
    return await records.declare(skill.name, (now) => {
      const declaration = declareRemote(now, skill, organ_id);
      if (declaration.ok) return declaration.record;
      throw new Conflict(declaration.conflict);
    });
  } catch (cause) {
    if (cause instanceof Conflict) return cause.conflict;
    throw cause;
  }
}

function whyUnreadable(skill: Brought): string | undefined {
  try {
    schemasOf(skill);
    return undefined;
  } catch (cause) {
    return `its JSON Schema cannot be checked here: ${cause instanceof Error ? cause.message : String(cause)}`.slice(
      0,
      300,
    );
  }
}

/** Leaves the record of a skill as it is. */
class Conflict extends Error {
  readonly conflict: SkillConflict;

  constructor(conflict: SkillConflict) {
    super(conflict.reason);
    this.conflict = conflict;
  }
}
