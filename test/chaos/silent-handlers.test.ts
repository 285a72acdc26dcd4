import { expect, test } from 'vitest';
import { chanceOf, FULL, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A6';
const IDLE_MS = scaled(5_000, 120_000);
const TIMES = scaled({ ackWaitMs: 4_000, beatMs: 1_000 }, { ackWaitMs: 30_000, beatMs: 10_000 });
const CHATTY_MS = scaled(10_000, 1_200_000);
const BLOCKED_MS = scaled(9_000, 45_000);
const bed = worldOnBroker();

test(
  `${CLAIM}: a handler that awaits for ever is given up and tried again`,
  async () => {
    chanceOf(CLAIM);
    const world = bed.world();
    await world.crew.worker({ queue: 'hang', idleMs: IDLE_MS, times: TIMES });
    const from = Date.now();
    await world.submit({ id: 'hangs', type: 'hang_once' }, { queue: 'hang' });
    expect(await world.tasks.wait('hangs', { timeoutMs: TEST_MS })).toMatchObject({ state: 'succeeded', attempts: 2 });
    const attempts = (await world.tasks.get('hangs'))?.attempts ?? [];
    expect(attempts.map(({ outcome }) => outcome)).toEqual(['timeout', 'ok']);
    await world.check();
    const took = Date.parse(attempts[1]?.started_at ?? '') - from;
    figures(CLAIM, { idle_limit_ms: IDLE_MS, taken_over_after_ms: took });
    if (FULL) expect(took).toBeLessThanOrEqual(IDLE_MS + 30_000);
  },
  TEST_MS,
);

test(
  `${CLAIM}: one that reports progress for longer than every limit of silence is delivered once`,
  async () => {
    const world = bed.world();
    await Promise.all(
      [1, 2].map(() => world.crew.worker({ queue: 'talk', idleMs: IDLE_MS, times: TIMES, runMs: 2 * CHATTY_MS })),
    );
    await world.submit({ id: 'talks', type: 'chatty', params: { ms: CHATTY_MS } }, { queue: 'talk' });
    expect(await world.tasks.wait('talks', { timeoutMs: TEST_MS })).toMatchObject({ state: 'succeeded', attempts: 1 });
    const view = await world.tasks.get('talks');
    expect(view?.attempts).toMatchObject([{ n: 1, outcome: 'ok' }]);
    const delivered = await world.delivered('talk');
    expect(delivered).toBe(1);
    await world.check();
    figures(CLAIM, { progress_for_ms: CHATTY_MS, delivered });
  },
  TEST_MS,
);

test(
  `${CLAIM}: a blocked event loop loses its task, and no effect is done twice`,
  async () => {
    const world = bed.world();
    const first = await world.crew.worker({ queue: 'block', slots: 1, times: TIMES });
    await world.submit({ id: 'blocks', type: 'block_once', params: { ms: BLOCKED_MS } }, { queue: 'block' });
    await first.printed(/began blocks attempt 1/);
    const second = await world.crew.worker({ queue: 'block', slots: 1, times: TIMES });
    expect(await world.tasks.wait('blocks', { timeoutMs: TEST_MS })).toMatchObject({ state: 'succeeded', attempts: 2 });
    // The first one goes on, finds out, and takes the next task: what it still does of the old one it has done by then.
    await first.printed(/stopped blocks/, BLOCKED_MS + 60_000);
    await world.crew.kill(second);
    await world.submit({ id: 'next', type: 'nap', params: { ms: 10 } }, { queue: 'block' });
    await first.printed(/began next attempt 1/);
    await world.tasks.wait('next', { timeoutMs: TEST_MS });
    expect((await world.tasks.get('blocks'))?.attempts).toMatchObject([{ outcome: 'lost' }, { outcome: 'ok' }]);
    const { effects } = await world.check();
    const done = effects.filter(({ task, did }) => task === 'blocks' && did === 'done').map(({ step }) => step);
    expect(done).toEqual(['fetch', 'send']);
    figures(CLAIM, { blocked_ms: BLOCKED_MS, effects_of_it: done.length });
  },
  TEST_MS,
);
