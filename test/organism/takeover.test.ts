import { join } from 'node:path';
import { organism } from '@seedcore/contracts';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { Desk } from './takeover/desk.ts';

/** Attempts that run when a replica is killed; the statement is about 200, which takes 200 threads. */
const RUNS = Number(process.env['TAKEOVER_RUNS'] ?? 12);
/** Each of two replicas has an agent for each of them, wherever they are taken. */
const AGENTS = 2 * RUNS;
/** An organ has so many agents at most. */
const MAX_AGENTS = 100;
const ORGANS = Array.from({ length: Math.ceil(AGENTS / MAX_AGENTS) }, (_, n) => `desk_${n}`);
/** Time of a call beside what its machine needs to begin it, in ms. */
const CALL_MS = 10_000;
/** Longest wait for many threads to start, and for work to be taken over, in ms. */
const PATIENCE_MS = 240_000;
const SKILLS = join(import.meta.dirname, 'takeover', 'skills');

let mesh: TestMesh;
let bus: BusMesh;
let tasks: Tasks;
let desk: Desk;
const programs = new Map<string, Program>();

beforeAll(async () => {
  desk = await Desk.listen();
  mesh = await startMesh({ services: [] });
  start('one');
  await mesh.ready('organism');
  bus = await openMesh({ servers: mesh.url, ns: mesh.ns });
  tasks = openTasks(openStore(bus), { instance: 'test' });
  start('two');
  await heard('one', 'two');
  await settled('its own agents', ({ state }) => state === 'ready');
  for (const organ_id of ORGANS) await setUp(organ_id);
  await settled('agents on both', ({ agents, hosts }) => agents.idle === 3 + AGENTS && Math.abs(held(hosts)) <= 3);
}, PATIENCE_MS);
afterAll(async () => {
  desk?.open();
  await tasks?.close();
  await bus?.close();
  await mesh?.stop();
  await desk?.stop();
});

function start(instance: string): void {
  const env = { SEEDCORE_INSTANCE: instance, SEEDCORE_SKILLS: SKILLS, ORGANISM_MAX_ONGOING_REQUESTS: '256' };
  programs.set(instance, mesh.start('organism', env));
}

type Status = { state: string; agents: Record<string, number>; hosts: { id: string; agents: number }[] };

/** How many more agents the first host has than the second. */
const held = ([first, second]: Status['hosts']) => (first?.agents ?? Number.NaN) - (second?.agents ?? Number.NaN);

const settled = (what: string, right: (status: Status) => boolean) =>
  until(
    what,
    async () => {
      const { body } = await mesh.call('organism', 'get_organism_status', undefined, 2000);
      return right(body) || undefined;
    },
    PATIENCE_MS,
  );

async function heard(...names: string[]): Promise<void> {
  for (const name of names)
    await until(`${name} to know everybody`, async () => {
      const subject = `${mesh.ns}.inst.organism.${name}.get_organism_status`;
      const status: Status = (await mesh.nats.request(subject, '', { timeout: 2000 })).json();
      return names.every((other) => status.hosts.some(({ id }) => id === other)) || undefined;
    });
}

async function setUp(organ_id: string): Promise<void> {
  const config = {
    skills: ['charge', 'gated'],
    desired: Math.ceil(AGENTS / ORGANS.length),
    max_agents: MAX_AGENTS,
  };
  await until(`${organ_id} to be set up`, async () => {
    const { code } = await mesh.call('organism', 'update_organ_config', { organ_id, create: true, config });
    return code === undefined || undefined; // until the skills have been read by whoever answers
  });
}

type Begun = { readonly queued: readonly string[]; readonly charges: number; readonly calls: Promise<unknown>[] };

const organOf = (n: number) => ORGANS[n % ORGANS.length] ?? '';

/** Runs as many once, with their threads; tells how long that takes on this machine, in ms. */
async function warmUp(round: string): Promise<number> {
  const startedAt = performance.now();
  desk.close();
  const ids = Array.from({ length: RUNS }, (_, n) => `warm-${round}-${n}`);
  for (const [n, id] of ids.entries())
    await tasks.submit({ id, type: 'gated', params: { desk: desk.url } }, { queue: organOf(n) });
  await until('every run to be warm', () => desk.waiting === RUNS, PATIENCE_MS);
  desk.open();
  await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: PATIENCE_MS })));
  return performance.now() - startedAt;
}

/** Begins all runs, a quarter each queued or called, with an effect or without; resolves when every one is under way. */
async function begin(round: string): Promise<Begun> {
  // Whoever was called on a replica that dies has an error by then.
  const deadlineMs = CALL_MS + 3 * (await warmUp(round));
  const client = bus.client(organism);
  const queued: string[] = [];
  const calls: Promise<unknown>[] = [];
  desk.close();
  for (let n = 0; n < RUNS; n++) {
    const type = n % 4 < 2 ? 'charge' : 'gated';
    const organ_id = organOf(n);
    const task = { id: `${round}-${n}`, type, params: { desk: desk.url } };
    if (n % 2 === 0) {
      await tasks.submit(task, { queue: organ_id });
      queued.push(task.id);
    } else {
      // Half of what is called has an id, and so a record; the other half lives with its caller.
      const { id: _, ...nameless } = task;
      const call = client.execute_on_organ({ organ_id, task: n % 4 === 1 ? task : nameless }, { deadlineMs });
      call.catch(() => undefined);
      calls.push(call);
    }
  }
  await until('every run to be under way', () => desk.waiting === RUNS, PATIENCE_MS);
  return { queued, calls, charges: Math.ceil(RUNS / 2) };
}

/** What is told of a host from now on. */
async function toldOf(host: string): Promise<readonly string[]> {
  const kinds: string[] = [];
  mesh.nats.subscribe(`${mesh.ns}.evt.organism.*.${host}`, {
    callback: (_error, { subject }) => {
      const kind = subject.split('.').at(-2) ?? '';
      if (kind.startsWith('host_')) kinds.push(kind);
    },
  });
  await mesh.nats.flush();
  return kinds;
}

/** What must hold, whoever was killed: one end of each task, an answer for each caller, no effect twice. */
async function expectAllEnded({ queued, calls, charges }: Begun): Promise<void> {
  const ends = await Promise.all(queued.map((id) => tasks.wait(id, { timeoutMs: PATIENCE_MS })));
  expect(ends.map((end) => end?.state)).toEqual(queued.map(() => 'succeeded'));
  for (const id of queued) {
    const view = await tasks.get(id);
    expect(view?.attempts.filter(({ outcome }) => outcome === 'ok')).toHaveLength(1);
  }
  const answers = await Promise.allSettled(calls);
  expect(answers).toHaveLength(calls.length);
  for (const answer of answers)
    if (answer.status === 'fulfilled') expect(answer.value).toMatchObject({ ok: true, value: { state: 'succeeded' } });
    else expect(answer.reason).toBeInstanceOf(MeshError);
  expect([...desk.charges.values()]).toEqual(Array.from({ length: charges }, () => 1));
  desk.charges.clear();
}

test(
  `organism.A1, organism.A13: one of two replicas is killed while ${RUNS} attempts run: all end once, callers are answered, nothing is done twice`,
  async () => {
    const begun = await begin('one');
    const told = await toldOf('one');
    await programs.get('one')?.stop('SIGKILL');
    desk.open();
    await expectAllEnded(begun);
    await settled('all agents on the other', ({ agents, hosts }) => agents.idle === 3 + AGENTS && hosts.length === 1);
    expect(told.filter((kind) => kind !== 'host_slow')).toEqual(['host_suspect', 'host_dead']);
  },
  PATIENCE_MS,
);

test(
  'organism.A1: the same when both are killed and one is started again',
  async () => {
    start('one');
    await heard('one', 'two');
    const begun = await begin('both');
    await Promise.all([...programs.values()].map((program) => program.stop('SIGKILL')));
    start('one');
    desk.open();
    await expectAllEnded(begun);
  },
  PATIENCE_MS,
);
