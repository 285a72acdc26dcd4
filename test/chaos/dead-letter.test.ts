import { expect, test } from 'vitest';
import { chanceOf, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A8, durable.G4';
const TASKS = scaled(12, 500);
const TRACEPARENT = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
const bed = worldOnBroker();

test(
  `${CLAIM}: a dead letter tells everything, and redriven from a step no earlier one runs again, whatever is killed meanwhile`,
  async () => {
    const random = chanceOf(CLAIM);
    const world = bed.world();
    const { crew, tasks } = world;
    await Promise.all([crew.worker(), crew.worker()]);
    const ids = Array.from({ length: TASKS }, (_, i) => `r${i}`);
    const specs = ids.map((id, n) => ({ id, type: 'repairable', params: { n, ms: 3_000 } }));
    await world.submitAll(specs, { queue: 'demo', traceparent: TRACEPARENT });
    await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: TEST_MS })));
    const { items } = await tasks.deadLetters({ queue: 'demo', limit: TASKS });
    expect(items.map(({ id }) => id).toSorted()).toEqual(ids.toSorted());
    for (const letter of items)
      expect(letter).toMatchObject({
        reason: 'not_retryable',
        error: { code: 'bad_request' },
        attempts: [{ n: 1, outcome: 'error', step: 'check' }],
        steps: ['fetch'],
        spec: specs.find(({ id }) => id === letter.id),
        traceparent: TRACEPARENT,
      });
    const fetched = world.receiver.journal.length;
    const patch = { params: { good: true } };
    const redriven = await Promise.all(ids.map((id) => tasks.redrive({ id, fromStep: 'check', patch })));
    expect(redriven).toMatchObject(ids.map((id) => ({ ok: true, value: { id, gen: 2 } })));
    const over = new AbortController();
    const harassing = crew.harass(random, 1_500, over.signal);
    const results = await Promise.all(ids.map((id) => tasks.wait(id, { gen: 2, timeoutMs: TEST_MS })));
    over.abort();
    const kills = await harassing;
    expect(results.map((result) => [result?.state, result?.gen])).toEqual(ids.map(() => ['succeeded', 2]));
    const again = world.receiver.journal.slice(fetched).filter(({ step }) => step === 'fetch');
    expect(again).toEqual([]);
    expect((await tasks.deadLetters({ queue: 'demo', limit: TASKS })).items).toEqual([]);
    await world.check({ effects: { repairable: ['fetch', 'send'] } });
    figures(CLAIM, { redriven: TASKS, kills, earlier_steps_run_again: again.length });
  },
  TEST_MS,
);
