import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { chanceOf, FULL, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A14';
const TASKS = scaled(40, 1_000);
const WORKERS = 3;
const bed = worldOnBroker();

test(
  `${CLAIM}: a paused queue begins nothing though every process and the broker are killed; resumed, it begins at once`,
  async () => {
    chanceOf(CLAIM);
    const world = bed.world();
    const { crew, tasks } = world;
    const startAll = () =>
      Promise.all([...Array.from({ length: WORKERS }, () => crew.worker({ queue: 'paused' })), crew.coordinator()]);
    await startAll();
    const stream = Array.from({ length: 10 * TASKS }, (_, i) => ({ id: `s${i}`, type: 'quick' }));
    const submitting = world.submitAll(stream, { queue: 'paused' });
    await until('some to have run', async () => (await tasks.get('s5'))?.state === 'succeeded' || undefined);
    await tasks.pause('paused', { reason: 'a test' });
    const pausedAt = Date.now();
    await submitting;
    await until('it to be known', async () => (await tasks.paused()).length === 1 || undefined);
    await crew.killAll();
    await bed.server().kill();
    await bed.server().restart();
    const restartedAt = Date.now();
    await startAll();
    await world.submitAll(
      Array.from({ length: TASKS }, (_, i) => ({ id: `p${i}`, type: 'quick' })),
      { queue: 'paused' },
    );
    // A queue beside it goes through the same broker meanwhile.
    const beside = await crew.worker({ queue: 'beside' });
    await Promise.all(
      Array.from({ length: TASKS }, (_, i) =>
        tasks.run({ id: `b${i}`, type: 'quick' }, { queue: 'beside', timeoutMs: TEST_MS }),
      ),
    );
    await crew.kill(beside);
    const begun = async () =>
      (await world.history()).writes.filter(({ id, record }) => !id.startsWith('b') && record?.attempt === 1);
    const lastBegun = (await begun()).filter(({ record }) => record?.state === 'running').at(-1)?.at ?? pausedAt;
    expect(await Promise.all(['p0', `p${TASKS - 1}`].map(async (id) => (await tasks.get(id))?.state))).toEqual([
      'queued',
      'queued',
    ]);
    expect(lastBegun).toBeLessThan(restartedAt);
    const resumedAt = Date.now();
    await tasks.resume('paused');
    const all = [...stream.map(({ id }) => id), ...Array.from({ length: TASKS }, (_, i) => `p${i}`)];
    const results = await Promise.all(all.map((id) => tasks.wait(id, { timeoutMs: TEST_MS })));
    expect(new Set(results.map((result) => result?.state))).toEqual(new Set(['succeeded']));
    await world.check();
    const runs = (await begun()).filter(({ record }) => record?.state === 'running');
    const [firstLater = resumedAt] = runs.flatMap(({ id, at }) => (id.startsWith('p') ? [at] : []));
    expect(firstLater).toBeGreaterThanOrEqual(resumedAt);
    const next = runs.find(({ at }) => at >= resumedAt)?.at ?? Number.NaN;
    const measured = { last_start_after_pause_ms: lastBegun - pausedAt, first_start_after_resume_ms: next - resumedAt };
    figures(CLAIM, measured);
    if (FULL) expect(measured.last_start_after_pause_ms).toBeLessThanOrEqual(1_000);
    if (FULL) expect(measured.first_start_after_resume_ms).toBeLessThanOrEqual(1_000);
  },
  TEST_MS,
);
