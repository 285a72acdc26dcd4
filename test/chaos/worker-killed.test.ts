import { expect, test } from 'vitest';
import { chanceOf, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A1';
const TASKS = scaled(800, 100_000);
const WORKERS = 4;

const bed = worldOnBroker();

test(
  `${CLAIM}: three-step tasks while a random worker or coordinator is killed with -9 every second: all end, every effect once`,
  async () => {
    const random = chanceOf(CLAIM);
    const world = bed.world();
    const { crew, tasks } = world;
    await Promise.all([...Array.from({ length: WORKERS }, () => crew.worker()), crew.coordinator()]);
    const over = new AbortController();
    const harassing = crew.harass(random, 1_000, over.signal);
    const began = Date.now();
    const specs = Array.from({ length: TASKS }, (_, i) => ({ id: `t${i}`, type: 'three', params: { ms: 100 } }));
    // Every second one comes through the coordinator.
    const half = (n: number) => specs.filter((_, i) => i % 2 === n);
    await Promise.all([world.submitAll(half(0)), world.submitAll(half(1), { queue: 'front' })]);
    const results = await Promise.all(specs.map(({ id }) => tasks.wait(id, { timeoutMs: TEST_MS })));
    const seconds = (Date.now() - began) / 1_000;
    over.abort();
    const kills = await harassing;
    expect(new Set(results.map((result) => result?.state))).toEqual(new Set(['succeeded']));
    expect(world.receiver.done).toBe(3 * TASKS);
    const { writes } = await world.check();
    const lost = writes.filter(({ record }) => record?.state === 'succeeded' && record.lost > 0).length;
    expect(kills).toBeGreaterThan(2);
    expect(lost).toBeGreaterThan(0);
    const asked = world.receiver.journal.length;
    figures(CLAIM, { tasks: TASKS, kills, tasks_taken_over: lost, effects: 3 * TASKS, effects_asked: asked, seconds });
  },
  TEST_MS,
);
