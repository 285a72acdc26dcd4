import { jetstreamManager } from '@nats-io/jetstream';
import { expect, test } from 'vitest';
import { chanceOf, FULL, figures, scaled, TEST_MS } from './world/scale.ts';
import { NS, type TaskWorld } from './world/task-world.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A17';
const TASKS = scaled(50, 2_000);
const SUBMITS = scaled(500, 20_000);
const IN_FLIGHT = 256;
const bed = worldOnBroker();

/** Messages that the streams of tasks have acknowledged so far. */
async function stored(world: TaskWorld): Promise<number> {
  const { streams } = await jetstreamManager(world.mesh.nats());
  const names = [`KV_${NS}_tasks`, `SC_${NS}_TASKS`, `SC_${NS}_RESULTS`, `SC_${NS}_DLQ`];
  const infos = await Promise.all(names.map((name) => streams.info(name)));
  return infos.reduce((sum, { state }) => sum + state.last_seq, 0);
}

/** Acknowledged writes per task of some that are done meanwhile. */
async function writesPer(world: TaskWorld, tasks: number, work: () => Promise<unknown>): Promise<number> {
  const before = await stored(world);
  await work();
  return ((await stored(world)) - before) / tasks;
}

test(`${CLAIM}: a task costs five acknowledged writes, each step one more, a takeover two`, async () => {
  chanceOf(CLAIM);
  const world = bed.world();
  const first = await world.crew.worker();
  const runAll = (type: string, how: object = {}) =>
    Promise.all(
      Array.from({ length: TASKS }, (_, i) =>
        world.tasks.run({ id: `${type}${i}`, type, ...how }, { queue: 'demo', timeoutMs: TEST_MS }),
      ),
    );
  await world.tasks.run({ type: 'quick' }, { queue: 'demo', timeoutMs: TEST_MS });
  const plain = await writesPer(world, TASKS, () => runAll('quick'));
  const steps = await writesPer(world, TASKS, () => runAll('three', { params: { ms: 0 } }));
  const takeover = await writesPer(world, 1, async () => {
    await world.submit({ id: 'lost', type: 'nap', params: { ms: [60_000, 10] } });
    await first.printed(/began lost attempt 1/);
    await world.crew.kill(first);
    await world.crew.worker();
    expect(await world.tasks.wait('lost', { timeoutMs: TEST_MS })).toMatchObject({ attempts: 2 });
  });
  figures(CLAIM, { writes_without_steps: plain, with_three_steps: steps, with_one_step_and_a_takeover: takeover });
  expect(plain).toBeLessThanOrEqual(5);
  expect(steps).toBeLessThanOrEqual(8);
  expect(takeover).toBeLessThanOrEqual(6 + 2);
  await world.check();
});

test(
  `${CLAIM}: submitting with a key, beside bare acknowledged publishes of the same size`,
  async () => {
    const world = bed.world();
    const nats = world.mesh.nats();
    const keyed = (n: number) => world.insist({ type: 'quick', idempotency_key: `key${n}` }, { queue: 'idle' });
    const body = JSON.stringify({ id: 'x'.repeat(28), gen: 1, type: 'quick' });
    const bare = (n: number) =>
      nats.request(`${NS}.task.bare.normal.b${n}`, body, { timeout: 15_000 }).then(() => undefined);
    const rates: number[][] = [];
    for (const round of [0, 1, 2, 3]) {
      const from = round * SUBMITS;
      const inTurn = [() => rateOf(keyed, from), () => rateOf(bare, from)];
      const [one, other] = round % 2 === 0 ? inTurn : inTurn.toReversed();
      const measured = [await one?.(), await other?.()].map((rate) => rate ?? 0);
      rates.push(round % 2 === 0 ? measured : measured.toReversed());
    }
    const ratios = rates.map(([mine = 0, theirs = 1]) => Number((mine / theirs).toFixed(2))).toSorted((a, b) => a - b);
    figures(CLAIM, { submits_per_round: SUBMITS, ratio_median: ratios[1] ?? 0, ratios: ratios.join(' ') });
    if (FULL) expect(ratios[1]).toBeGreaterThanOrEqual(0.4);
  },
  TEST_MS,
);

/** How many a second of `SUBMITS` things are done with 256 in flight. */
async function rateOf(work: (n: number) => Promise<void>, from: number): Promise<number> {
  const began = performance.now();
  let next = from;
  const lane = async () => {
    while (next < from + SUBMITS) await work(next++);
  };
  await Promise.all(Array.from({ length: IN_FLIGHT }, lane));
  return (SUBMITS / (performance.now() - began)) * 1_000;
}
