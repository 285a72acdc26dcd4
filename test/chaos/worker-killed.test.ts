import { expect, test } from 'vitest';
import { checkCarriers } from '../checkers/task-carriers.ts';
import { until } from '../support/until.ts';
import { chanceOf, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A1';
const TASKS = scaled(800, 100_000);
const WORKERS = 4;
/** Time between two passes of the housekeeper. */
const PASS_MS = 60_000;

const bed = worldOnBroker();

test(
  `${CLAIM}: three-step tasks while a random worker or coordinator is killed with -9 every second: all end, every effect once`,
  async () => {
    const random = chanceOf(CLAIM);
    const world = bed.world();
    const { crew, tasks } = world;
    const [first] = await Promise.all([crew.worker(), crew.coordinator()]);
    await Promise.all(Array.from({ length: WORKERS - 1 }, () => crew.worker()));
    const began = Date.now();
    const specs = Array.from({ length: TASKS }, (_, i) => ({ id: `t${i}`, type: 'three', params: { ms: 100 } }));
    // Every second one comes through the coordinator.
    const half = (n: number) => specs.filter((_, i) => i % 2 === n);
    const submitting = Promise.all([world.submitAll(half(0)), world.submitAll(half(1), { queue: 'front' })]);
    // Chance may choose others only: this one is lost with work in its hands.
    await until('work to be under way', () => world.receiver.done > 60 || undefined);
    await crew.kill(first);
    await crew.worker();
    const over = new AbortController();
    const harassing = crew.harass(random, 1_000, over.signal);
    const watching = world.watchCarriers(5_000, over.signal);
    await submitting;
    const results = await Promise.all(specs.map(({ id }) => tasks.wait(id, { timeoutMs: TEST_MS })));
    const seconds = (Date.now() - began) / 1_000;
    over.abort();
    const [kills] = await Promise.all([harassing, watching]);
    expect(new Set(results.map((result) => result?.state))).toEqual(new Set(['succeeded']));
    expect(world.receiver.done).toBe(3 * TASKS);
    const { writes } = await world.check({}, [checkCarriers(PASS_MS)]);
    const lost = writes.filter(({ record }) => record?.state === 'succeeded' && record.lost > 0).length;
    // What a killed worker had no time to tell is told by whoever gets the message again.
    const told = await until('every end to be told', async () => {
      const ends = await world.endsTold(specs.map(({ id }) => id));
      return ends.every((times) => times > 0) ? ends : undefined;
    });
    expect(new Set(told)).toEqual(new Set([1]));
    expect(kills).toBeGreaterThan(0);
    expect(lost).toBeGreaterThan(0);
    const asked = world.receiver.journal.length;
    figures(CLAIM, {
      tasks: TASKS,
      kills,
      of_them_drained: crew.drained.length,
      tasks_taken_over: lost,
      effects: 3 * TASKS,
      effects_asked: asked,
      seconds,
    });
  },
  TEST_MS,
);

test('durable.G1: a worker killed with -9 in the middle: another one goes on, and what was fetched is not fetched again', async () => {
  const world = bed.world();
  const first = await world.crew.worker({ queue: 'middle' });
  await world.submit({ id: 'k-7f3a', type: 'three', params: { ms: 2_000 } }, { queue: 'middle' });
  await until('the first step to be remembered', () => world.remembers('k-7f3a', 'fetch'));
  await world.crew.kill(first);
  await world.crew.worker({ queue: 'middle' });
  const result = await world.tasks.wait('k-7f3a', { timeoutMs: 60_000 });
  expect(result).toMatchObject({ state: 'succeeded', attempts: 2 });
  const view = await world.tasks.get('k-7f3a');
  expect(view?.attempts).toMatchObject([{ outcome: 'lost' }, { outcome: 'ok' }]);
  const asked = world.receiver.journal.filter(({ task }) => task === 'k-7f3a');
  expect(asked.flatMap(({ step, did }) => (did === 'done' ? [step] : []))).toEqual(['fetch', 'score', 'send']);
  // The first attempt may ask again when an answer takes long; no other one asks at all.
  const fetching = asked.filter(({ step }) => step === 'fetch').map(({ epoch }) => epoch);
  expect(new Set(fetching)).toEqual(new Set([view?.attempts[0]?.epoch]));
  await world.check();
});
