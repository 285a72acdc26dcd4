import { expect, test } from 'vitest';
import { checkLanes } from '../checkers/task-lanes.ts';
import { chanceOf, FULL, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A12, tasks.T8';
const LANES = ['high', 'normal', 'low'] as const;
const EACH = scaled(104, 3_000);
/** With all lanes full the high one is empty after so many starts. */
const FULL_STARTS = Math.floor((EACH * 13) / 8) - 26;
const bed = worldOnBroker();
const share = (counts: number, of: number) => Number((counts / of).toFixed(3));

test.each([1, 4])(
  `${CLAIM}: three full lanes start 8 : 4 : 1 on workers with %i slots, and none of them starves`,
  async (slots) => {
    chanceOf(CLAIM);
    const world = bed.world();
    const queue = `lanes${slots}`;
    const ids = LANES.flatMap((lane) =>
      Array.from({ length: EACH }, (_, i) => ({ id: `${queue}-${lane}-${i}`, type: 'quick', priority: lane })),
    );
    await world.submitAll(ids, { queue });
    await world.crew.worker({ queue, slots });
    await Promise.all(ids.map(({ id }) => world.tasks.wait(id, { timeoutMs: TEST_MS })));
    const { writes } = await world.check({}, [checkLanes(queue, slots)]);
    const starts = writes.flatMap(({ id, record }) =>
      id.startsWith(queue) && record?.state === 'running' && record.attempt === 1 ? [record.lane] : [],
    );
    const first = starts.slice(0, FULL_STARTS);
    const [high = 0, normal = 0, low = 0] = LANES.map((lane) => first.filter((one) => one === lane).length);
    figures(CLAIM, { slots, starts: first.length, high, normal, low });
    const shares = [high, normal, low].map((count, i) => share(count, ([8, 4, 1][i] ?? 1) * (first.length / 13)));
    for (const one of shares) {
      expect(one).toBeGreaterThanOrEqual(0.9);
      expect(one).toBeLessThanOrEqual(1.1);
    }
  },
  TEST_MS,
);

test(
  `${CLAIM}: the low lane alone gets every slot`,
  async () => {
    const world = bed.world();
    const rates: Record<string, number> = {};
    for (const lane of ['low', 'high', 'low'] as const) {
      const queue = `alone-${lane}`;
      const worker = await world.crew.worker({ queue, slots: 8 });
      const round = rates[lane] === undefined ? 'a' : 'b';
      const ids = Array.from({ length: EACH }, (_, i) => ({
        id: `${queue}-${round}${i}`,
        type: 'quick',
        priority: lane,
      }));
      const from = performance.now();
      await world.submitAll(ids, { queue });
      await Promise.all(ids.map(({ id }) => world.tasks.wait(id, { timeoutMs: TEST_MS })));
      rates[lane] = Math.round((EACH / (performance.now() - from)) * 1_000);
      await world.crew.kill(worker);
    }
    await world.check();
    figures(CLAIM, { low_alone_per_s: rates['low'] ?? 0, high_alone_per_s: rates['high'] ?? 0 });
    if (FULL) expect(rates['low'] ?? 0).toBeGreaterThanOrEqual(0.9 * (rates['high'] ?? 0));
  },
  TEST_MS,
);
