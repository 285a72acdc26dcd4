import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { chanceOf, FULL, figures, quantile, scaled, TEST_MS } from './world/scale.ts';
import type { TaskWorld } from './world/task-world.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A7';
/** More than the broker would let a consumer hold without an acknowledgement: 1,000. */
const FAILING = scaled(1_200, 5_000);
const HEALTHY = scaled(20, 100);
const bed = worldOnBroker();

/** Times from submit to result of tasks handed in one after the other, in ms. */
async function latencies(world: TaskWorld, name: string): Promise<number[]> {
  const took: number[] = [];
  for (let n = 0; n < HEALTHY; n++) {
    const from = performance.now();
    const answer = await world.tasks.run({ id: `${name}${n}`, type: 'quick' }, { queue: 'busy', timeoutMs: 60_000 });
    expect(answer).toMatchObject({ ok: true, value: { result: { state: 'succeeded' } } });
    took.push(performance.now() - from);
  }
  return took;
}

test(
  `${CLAIM}: thousands that failed and wait for longer than a minute leave the others of their lane alone`,
  async () => {
    chanceOf(CLAIM);
    const world = bed.world();
    await world.crew.worker({ queue: 'busy', slots: 64 });
    await latencies(world, 'warm');
    const calm = quantile(await latencies(world, 'calm'), 0.95);
    const specs = Array.from({ length: FAILING }, (_, i) => ({ id: `f${i}`, type: 'later', params: { ms: 300_000 } }));
    await world.submitAll(specs, { queue: 'busy' });
    // A timer has each of them, and no message in the queue: it holds no place of the consumer.
    await until('all to have failed', async () => (await world.timers()) === FAILING || undefined, TEST_MS);
    // Acknowledgements are sent and not waited for.
    await until('none to be held', async () => (await world.unacknowledged('busy')) === 0 || undefined);
    const busy = quantile(await latencies(world, 'busy'), 0.95);
    const states = (await world.views(specs.map(({ id }) => id))).map((view) => view?.state);
    expect(new Set(states)).toEqual(new Set(['retrying']));
    const ratio = Number((busy / calm).toFixed(2));
    figures(CLAIM, { failing: FAILING, healthy: HEALTHY, p95_ms_calm: calm, p95_ms_busy: busy, ratio });
    if (FULL) expect(ratio).toBeLessThanOrEqual(1.5);
  },
  TEST_MS,
);
