import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { WriteTap } from '../support/write-tap.ts';

const ORGAN = 'utility_organ_1';
const NAMES = ['one', 'two', 'three'];
const SKILLS = join(import.meta.dirname, 'rolling', 'skills');
const TASKS_PER_S = 50;
/** How an attempt may end while nothing but restarts happens. */
const NOTHING_LOST = ['ok', 'handed_back'];

let mesh: TestMesh;
let bus: BusMesh;
let tasks: Tasks;
const programs = new Map<string, Program>();

beforeAll(async () => {
  mesh = await startMesh({ services: [] });
  for (const name of NAMES) await start(name);
  bus = await openMesh({ servers: mesh.url, ns: mesh.ns });
  tasks = openTasks(openStore(bus), { instance: 'test' });
});
afterAll(async () => {
  await tasks?.close();
  await bus?.close();
  await mesh?.stop();
});

async function start(instance: string): Promise<void> {
  const env = { SEEDCORE_INSTANCE: instance, SEEDCORE_SKILLS: SKILLS, ORGANISM_AGENTS: '4' };
  programs.set(instance, mesh.start('organism', env));
  await until(`${instance} to be there`, async () => {
    const subject = `${mesh.ns}.inst.organism.${instance}.get_organism_status`;
    return (await mesh.nats.request(subject, '', { timeout: 2000 })).json<{ initialized: boolean }>().initialized;
  });
}

test(`organism.A17: three replicas are restarted one by one at ${TASKS_PER_S} tasks/s: none is lost, none succeeds twice`, async () => {
  const ids: string[] = [];
  let rolling = true;
  const load = (async () => {
    while (rolling) {
      const id = `load-${ids.length}`;
      ids.push(id);
      await tasks.submit({ id, type: 'wait', params: { for_ms: 50 } }, { queue: ORGAN });
      await pause(1000 / TASKS_PER_S);
    }
  })();
  for (const name of NAMES) {
    // Ends clean only if everything was finished or handed over in the time of a drain.
    expect(await programs.get(name)?.stop('SIGTERM')).toBe(0);
    await start(name);
  }
  rolling = false;
  await load;
  const ends = await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: 120_000 })));
  expect(ends.filter((end) => end?.state !== 'succeeded')).toEqual([]);
  const views = await Promise.all(ids.map((id) => tasks.get(id)));
  const outcomes = views.map((view) => view?.attempts.map(({ outcome }) => String(outcome)) ?? []);
  expect(outcomes.filter((all) => all.filter((one) => one === 'ok').length !== 1)).toEqual([]);
  expect(outcomes.flat().filter((one) => !NOTHING_LOST.includes(one))).toEqual([]);
}, 240_000);

test('organism.A17: watching a good run costs at most one stored message more, however much it says', async () => {
  await until('the skill', async () => {
    const { body } = await mesh.call('organism', 'get_organ_capabilities', { skill: 'talks' });
    return body.skills[0]?.agents > 0 || undefined;
  });
  const plain = tasks.worker('plain', { slots: 1, handlers: { talks: async () => ok({}) } });
  const tap = await WriteTap.on(mesh.nats, mesh.ns);
  const stored = async (id: string, queue: string, segments: number) => {
    await tasks.submit({ id, type: 'talks', params: { segments } }, { queue });
    expect((await tasks.wait(id, { timeoutMs: 60_000 }))?.state).toBe('succeeded');
    // What happened to a task is stored a moment after it; of what was done to it there is nothing to store here.
    const history = await until(`the history of ${id}`, async () => {
      const events = await tasks.history(id);
      return events.some(({ end }) => end !== undefined) ? events : undefined;
    });
    const { body } = await mesh.call('organism', 'list_interventions', { task_id: id });
    return (await tap.writes(id)).length + history.length + body.interventions.length;
  };
  const unwatched = await stored('unwatched', 'plain', 0);
  const brief = await stored('brief', ORGAN, 1);
  const wordy = await stored('wordy', ORGAN, 1000);
  await plain.drain(1000);
  expect([brief - unwatched, wordy - unwatched].every((more) => more <= 1)).toBe(true);
  expect(wordy).toBe(brief);
});
