import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { chanceOf, FULL, figures, quantile, scaled, TEST_MS } from './world/scale.ts';
import type { TaskWorld } from './world/task-world.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A4';
const SPREAD = scaled({ tasks: 150, overMs: 5_000 }, { tasks: 1_000, overMs: 60_000 });
const BURSTS = scaled([50], [500, 20_000]);
/** What the bursts may take to be in their queue, at full size. */
const BURST_MS = [1_000, 60_000];
const bed = worldOnBroker();

/** How late each task began, in ms, by its record: never negative. */
async function latenesses(world: TaskWorld, due: ReadonlyMap<string, number>): Promise<number[]> {
  const { writes } = await world.check();
  const started = new Map(
    writes.flatMap(({ id, record }) => (record?.attempt === 1 ? [[id, record.attempts[0]?.started_at ?? '']] : [])),
  );
  return [...due].map(([id, at]) => Date.parse(started.get(id) ?? '') - at);
}

test(
  `${CLAIM}: delayed tasks begin not before their time`,
  async () => {
    const random = chanceOf(CLAIM);
    const world = bed.world();
    await world.crew.worker({ slots: 64 });
    const from = Date.now() + 1_000;
    const due = new Map(
      Array.from({ length: SPREAD.tasks }, (_, i) => [`s${i}`, from + Math.floor(random.next() * SPREAD.overMs)]),
    );
    await world.submitAll([...due].map(([id, at]) => ({ id, type: 'quick', run_after: new Date(at).toISOString() })));
    await Promise.all([...due.keys()].map((id) => world.tasks.wait(id, { timeoutMs: TEST_MS })));
    const late = await latenesses(world, due);
    expect(Math.min(...late)).toBeGreaterThanOrEqual(0);
    figures(CLAIM, { tasks: SPREAD.tasks, late_ms_p50: quantile(late, 0.5), late_ms_max: Math.max(...late) });
    if (FULL) expect(Math.max(...late)).toBeLessThanOrEqual(1_000);
  },
  TEST_MS,
);

test.each(BURSTS.map((tasks, i) => [tasks, BURST_MS[i] ?? 0] as const))(
  `${CLAIM}: %i tasks due in the same second are all put into their queue`,
  async (tasks, atMostMs) => {
    const world = bed.world();
    // Nobody works the queue: what is in it is counted.
    const queue = `burst${tasks}`;
    let lastAt = 0;
    const due = Date.now() + scaled(3_000, 30_000);
    const specs = Array.from({ length: tasks }, (_, i) => ({
      id: `${queue}-${i}`,
      type: 'quick',
      priority: 'high' as const,
      run_after: new Date(due).toISOString(),
    }));
    await world.submitAll(specs, { queue });
    await until(
      'all to be in the queue',
      async () => {
        const arrived = await world.waitingIn(queue);
        lastAt = Date.now();
        return arrived === tasks || undefined;
      },
      TEST_MS,
    );
    expect(Date.now()).toBeGreaterThanOrEqual(due);
    figures(CLAIM, { tasks, all_in_queue_after_ms: lastAt - due });
    if (FULL) expect(lastAt - due).toBeLessThanOrEqual(atMostMs);
  },
  TEST_MS,
);
