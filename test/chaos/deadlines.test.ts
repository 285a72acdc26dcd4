import { expect, test } from 'vitest';
import { chanceOf, FULL, figures, quantile, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A11';
const TASKS = scaled(40, 1_000);
const bed = worldOnBroker();

test(
  `${CLAIM}: with no worker at all tasks whose deadline passes have the result expired, though the coordinator is killed meanwhile`,
  async () => {
    const random = chanceOf(CLAIM);
    const world = bed.world();
    await Promise.all([world.crew.coordinator(), world.crew.coordinator()]);
    const from = Date.now() + 3_000;
    const due = new Map(Array.from({ length: TASKS }, (_, i) => [`x${i}`, from + Math.floor(2_000 * random.next())]));
    await world.submitAll([...due].map(([id, at]) => ({ id, type: 'quick', deadline_at: new Date(at).toISOString() })));
    await world.crew.replaceOne(random);
    const late: number[] = [];
    await Promise.all(
      [...due].map(async ([id, at]) => {
        expect(await world.tasks.wait(id, { timeoutMs: TEST_MS })).toMatchObject({ state: 'expired', attempts: 0 });
        late.push(Date.now() - at);
      }),
    );
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    await world.check();
    figures(CLAIM, { tasks: TASKS, result_after_ms_p50: quantile(late, 0.5), result_after_ms_max: Math.max(...late) });
    if (FULL) expect(Math.max(...late)).toBeLessThanOrEqual(2_000);
  },
  TEST_MS,
);
