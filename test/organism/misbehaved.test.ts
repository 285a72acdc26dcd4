import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const ORGAN = 'utility_organ_1';
const AGENTS = 5;
const SKILLS = join(import.meta.dirname, 'misbehaved', 'skills');
/** What the skill that takes memory may have, and what its process may grow by meanwhile, in MiB. */
const MEMORY_MB = 64;
const GROWTH_MB = 2 * MEMORY_MB + 64;
/** How a run of a neighbour may end whatever others do. */
const UNHARMED = ['ok', 'handed_back'];
const runs = promisify(execFile);

let mesh: TestMesh;
let bus: BusMesh;
let tasks: Tasks;
let program: Program;
let folder: string;
const begun = new Map<string, string>();

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'seedcore-misbehaved-'));
  mesh = await startMesh({ services: [] });
  program = start('one');
  await mesh.ready('organism');
  for (const skill of ['blocks', 'hog'])
    await until(`${skill} on every agent`, async () => {
      const { body } = await mesh.call('organism', 'get_organ_capabilities', { skill });
      return body.skills[0]?.agents === AGENTS || undefined;
    });
  bus = await openMesh({ servers: mesh.url, ns: mesh.ns });
  tasks = openTasks(openStore(bus), { instance: 'test' });
  mesh.nats.subscribe(`${mesh.ns}.evt.organism.attempt_started.>`, {
    callback: (_error, message) => {
      const { task_id, agent_id } = message.json<{ task_id: string; agent_id: string }>();
      begun.set(task_id, agent_id);
    },
  });
  await mesh.nats.flush();
});
afterAll(async () => {
  await tasks?.close();
  await bus?.close();
  await mesh?.stop();
  await rm(folder, { recursive: true, force: true });
});

const start = (instance: string) =>
  mesh.start('organism', {
    SEEDCORE_INSTANCE: instance,
    SEEDCORE_SKILLS: SKILLS,
    ORGANISM_AGENTS: String(AGENTS),
  });

async function submit(id: string, type: string, params: Record<string, string | number | boolean>): Promise<string> {
  await tasks.submit({ id, type, params }, { queue: ORGAN });
  return until(`${id} to run`, () => begun.get(id));
}

/** The neighbours that were working meanwhile, once they have ended. */
async function expectUnharmed(ids: readonly string[]): Promise<void> {
  for (const id of ids) {
    expect((await tasks.wait(id, { timeoutMs: 60_000 }))?.state).toBe('succeeded');
    const ends = (await tasks.get(id))?.attempts.map(({ outcome }) => outcome) ?? [];
    expect(ends.filter((outcome) => !UNHARMED.includes(String(outcome)))).toEqual([]);
  }
}

/** Memory of the process that counts, in MiB. */
async function residentMb(): Promise<number> {
  const { stdout } = await runs('ps', ['-o', 'rss=', '-p', String(program.pid)]);
  return Number(stdout) / 1024;
}

/** The most memory that is seen until something has ended, in MiB. */
async function mostUntil(ended: Promise<unknown>): Promise<number> {
  let over = false;
  const end = () => {
    over = true;
  };
  ended.then(end, end);
  let most = 0;
  while (!over) most = Math.max(most, await residentMb());
  return most;
}

describe('organism.A6: a skill that takes memory without end', () => {
  const hog = (of: string) => ({ task: { type: 'hog', params: { of } }, hints: { max_runs: 1 } });

  test.each(['heap', 'buffers', 'webassembly'])(
    '%s: is ended, its process keeps its size, its neighbours work on',
    async (of) => {
      const { body: well } = await mesh.call('organism', 'handle_task', hog('nothing'));
      expect(well).toMatchObject({ state: 'succeeded' });
      await submit(`beside-${of}`, 'wait', { for_ms: 1000, hold: true });
      const before = await residentMb();
      const ended = mesh.call('organism', 'handle_task', hog(of), 60_000);
      const most = await mostUntil(ended);
      expect((await ended).body.error).toMatchObject({ details: { last: { code: 'out_of_memory' } } });
      expect(most - before).toBeLessThanOrEqual(GROWTH_MB);
      await expectUnharmed([`beside-${of}`]);
    },
  );
});

describe('organism.A5: a skill that blocks in a native call', () => {
  const stuckThreads = async () => {
    const { body } = await mesh.call('organism', 'get_organism_status');
    return body.hosts.find(({ id }: { id: string }) => id === 'one').stuck_threads;
  };
  const kill = async (agent_id: string) => {
    const wish = { agent_id, reason: 'it blocks', grace_ms: 100, respawn: false };
    return (await mesh.call('organism', 'kill_agent', wish, 60_000)).body;
  };

  test('leaves its thread behind as stuck, and nothing of it counts any more', async () => {
    const path = join(folder, 'pipe');
    await runs('mkfifo', [path]);
    const told: string[] = [];
    mesh.nats.subscribe(`${mesh.ns}.evt.organism.emitted.blocked_and_back`, {
      callback: (_error, { subject }) => void told.push(subject),
    });
    const agent = await submit('in-pipe', 'blocks', { in: 'pipe', path });
    // Opens as soon as somebody reads, and not before.
    const pipe = await open(path, 'w');
    expect(await kill(agent)).toMatchObject({ stopped_by: 'fence', attempt: { task_id: 'in-pipe' } });
    await until('it to count as stuck', async () => (await stuckThreads()) === 1);
    const ended = await tasks.get('in-pipe');
    await pipe.close();
    // Its agent has another thread; the one that was left behind may return from its read, and is heard no more.
    const again = { id: 'after-pipe', type: 'hog', params: { of: 'nothing' } };
    const { body } = await mesh.call('organism', 'execute_on_agent', { agent_id: agent, task: again }, 60_000);
    expect(body).toMatchObject({ state: 'succeeded', agent_id: agent });
    expect(await tasks.get('in-pipe')).toEqual(ended);
    expect(ended).toMatchObject({ state: 'failed', attempts: [{ outcome: 'killed' }] });
    expect(told).toEqual([]);
  });

  test('has its replica replaced at the second: exit 75, and no neighbour loses its work', async () => {
    start('two');
    await until('both', async () => {
      const { body } = await mesh.call('organism', 'get_organism_status');
      return body.hosts.length === 2 || undefined;
    });
    const path = join(folder, 'child');
    const agent = await submit('in-child', 'blocks', { in: 'child', path });
    await until('the child', () => existsSync(path));
    const beside = ['beside-1', 'beside-2', 'beside-3'];
    for (const id of beside) await submit(id, 'wait', { for_ms: 2000, hold: true });
    // Whoever is asked: the replica that goes may go before its answer.
    const killed = kill(agent).catch(() => undefined);
    expect(await program.ended()).toBe(75);
    await killed;
    expect(await tasks.get('in-child')).toMatchObject({ state: 'failed', attempts: [{ outcome: 'killed' }] });
    await expectUnharmed(beside);
  });
});
