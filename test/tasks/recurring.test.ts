import { fileURLToPath } from 'node:url';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { ok } from '@seedcore/protocol';
import { openStore } from '@seedcore/store';
import { openTasks, type ScheduleOptions, type Tasks } from '@seedcore/tasks';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, run } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

const main = fileURLToPath(new URL('./main-system.ts', import.meta.url));
const spec = { type: 'demo' };

let server: RunningServer;
const meshes: BusMesh[] = [];
const programs: Program[] = [];
beforeAll(async () => {
  server = await startBroker();
});
afterAll(async () => {
  await Promise.all(programs.map((program) => program.stop('SIGKILL')));
  await Promise.all(meshes.map((mesh) => mesh.close()));
  await server.stop();
});

/** A worker in a namespace of its own that notes which runs it began, and when. */
async function working(ns: string) {
  const mesh = await openMesh({ servers: server.url, ns, onDefect: () => {} });
  meshes.push(mesh);
  const tasks = openTasks(openStore(mesh));
  const began: { readonly id: string; readonly at: number }[] = [];
  const demo = async (_params: unknown, { id }: { readonly id: string }) => {
    began.push({ id, at: Date.now() });
    return ok('done');
  };
  const worker = tasks.worker('general', { handlers: { demo }, slots: 64 });
  await worker.ready;
  const of = (name: string) => began.filter(({ id }) => id.startsWith(`${name}-2`)).map(({ id }) => plannedAt(id));
  return { ns, mesh, tasks, began, of };
}

async function startSystem(ns: string, killedBefore?: string): Promise<Program> {
  const env = { NATS_URL: server.url, SEEDCORE_NS: ns };
  const killing = killedBefore === undefined ? {} : { KILLED_BEFORE: killedBefore };
  const program = new Program(process.execPath, [main], { env: { ...env, ...killing } });
  programs.push(program);
  await program.printed(/ready/);
  return program;
}

/** `name-20261122T101000Z` was planned for 10:10:00. */
function plannedAt(id: string): number {
  const [, year, month, day, hour, minute, second] = /(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z$/.exec(id) ?? [];
  return Date.parse(`${year}-${month}-${day}T${hour}:${minute}:${second}Z`);
}

/** True when no second is left out between the first and the last. */
function isWhole(times: readonly number[]): boolean {
  const own = [...new Set(times)].sort((a, b) => a - b);
  return own.every((time, i) => time - i * 1000 === own[0]);
}

const everySecond = async (tasks: Tasks, how: Readonly<Record<string, Partial<ScheduleOptions>>>) => {
  for (const [name, more] of Object.entries(how)) await tasks.schedule(name, { everyMs: 1000, spec, ...more });
};

test('durable.A15: runs begin at their times, none before it and none twice, also when a fire is made five times more', async () => {
  const { ns, mesh, tasks, began, of } = await working('plain');
  await startSystem(ns);
  await everySecond(tasks, { beat: { overlap: 'allow', catchUp: 'all' } });
  await until('three runs', () => of('beat').length >= 3 || undefined);
  for (let again = 0; again < 5; again++) mesh.nats().publish(`${ns}.task.sys.normal.beat.cron`, '{}');
  await until('more runs', () => of('beat').length >= 8 || undefined);
  const got = await run(process.env['SEEDCORE_NATS_CLI'] ?? 'nats', [
    ...['--server', server.url],
    ...['kv', 'get', '--raw', `${ns}_tasks`, 'c.beat'],
  ]);
  expect(JSON.parse(got.stdout), got.stderr).toMatchObject({ cadence: { every_ms: 1000 }, overlap: 'allow' });
  expect(await tasks.unschedule('beat')).toBe(true);
  // Those that are due together may begin in any order.
  await until('no run to be missing', () => isWhole(of('beat')) || undefined);
  for (const { id, at } of began) expect(at).toBeGreaterThanOrEqual(plannedAt(id));
  const times = of('beat');
  expect(new Set(times).size).toBe(times.length);
  expect(await tasks.schedules()).toEqual({ items: [], corrupt: [] });
});

test('durable.G5: of the times that pass while the broker is down, "one" makes up for one, "skip" for none, "all" for each', async () => {
  const { ns, tasks, of } = await working('outage');
  await startSystem(ns);
  await everySecond(tasks, {
    one: {},
    skip: { catchUp: 'skip' },
    // A run that was under way when the broker went may not have ended when it is back.
    all: { catchUp: 'all', overlap: 'allow' },
  });
  await until('all to have run', () => ['one', 'all'].every((name) => of(name).length > 0) || undefined);
  await server.kill();
  const from = Date.now();
  await until('some times to pass', () => Date.now() > from + 5_000 || undefined);
  const to = Date.now();
  await server.restart();
  const between = (name: string) => of(name).filter((at) => at > from && at < to);
  const each = ['one', 'skip', 'all'];
  await until('runs after it', () => each.every((name) => of(name).some((at) => at >= to)) || undefined);
  // Those that are made up for begin together, in any order.
  await until('all that were missed', () => (between('all').length >= 4 && isWhole(between('all'))) || undefined);
  expect(between('one').length).toBeLessThanOrEqual(1);
  expect(between('skip')).toEqual([]);
  expect(new Set(between('all')).size).toBe(between('all').length);
  const { items } = await tasks.schedules();
  expect(items).toHaveLength(3);
  for (const { name } of items) await tasks.unschedule(name);
});

test.concurrent.each([
  ['submit', 'the note of it', '\\$KV\\.noted_tasks\\.c\\.beat .*"last"', 'noted'],
  ['submit', 'the next timer', '^armed\\.sched\\.beat\\.cron', 'armed'],
])(
  'durable.A15: a process killed between the %s of a run and %s: the next one goes on, and no time has two runs',
  async (...given) => {
    const [, , killedBefore, ns] = given;
    const { tasks, of } = await working(ns);
    const killed = await startSystem(ns, killedBefore);
    await everySecond(tasks, { beat: { overlap: 'allow' } });
    await killed.ended();
    const first = await until('the run to be there', () => of('beat')[0]);
    expect(of('beat')).toEqual([first]);
    const { items } = await tasks.schedules();
    expect(items[0]?.waiting.map(Date.parse)).toEqual(ns === 'noted' ? [first] : []);
    await startSystem(ns);
    await until('more runs', () => of('beat').length >= 3 || undefined);
    await tasks.unschedule('beat');
    const times = of('beat');
    expect(times[0]).toBe(first);
    expect(new Set(times).size).toBe(times.length);
  },
);
