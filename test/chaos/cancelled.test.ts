import { expect, test } from 'vitest';
import { chanceOf, FULL, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A10';
const TASKS = scaled(8, 100);
const bed = worldOnBroker();
const named = (name: string) => Array.from({ length: TASKS }, (_, i) => `${name}${i}`);

test(`${CLAIM}: what waits in its queue is cancelled at once and never runs`, async () => {
  chanceOf(CLAIM);
  const world = bed.world();
  const ids = named('q');
  await world.submitAll(
    ids.map((id) => ({ id, type: 'nap', params: { ms: 1 } })),
    { queue: 'quiet' },
  );
  const cancelled = await Promise.all(ids.map((id) => world.tasks.cancel(id, { reason: 'enough' })));
  expect(cancelled).toMatchObject(ids.map(() => ({ ok: true, value: { state: 'cancelled', stopped_by: 'nobody' } })));
  await world.submit({ id: 'last', type: 'nap', params: { ms: 1 } }, { queue: 'quiet' });
  const worker = await world.crew.worker({ queue: 'quiet', slots: 1 });
  await world.tasks.wait('last', { timeoutMs: TEST_MS });
  await worker.printed(/began last /);
  expect(worker.output.match(/began \S+/g)).toEqual(['began last']);
  await world.check();
});

test(`${CLAIM}: an owner is told to stop, and stops`, async () => {
  const world = bed.world();
  const ids = named('p');
  const worker = await world.crew.worker({ queue: 'polite', slots: TASKS });
  await world.submitAll(
    ids.map((id) => ({ id, type: 'nap', params: { ms: 60_000 } })),
    { queue: 'polite' },
  );
  for (const id of ids) await worker.printed(new RegExp(`began ${id} `));
  const askedAt = Date.now();
  const cancelled = await Promise.all(ids.map((id) => world.tasks.cancel(id, { reason: 'enough' })));
  expect(cancelled).toMatchObject(ids.map(() => ({ ok: true, value: { state: 'cancelled', stopped_by: 'owner' } })));
  for (const id of ids) await worker.printed(new RegExp(`stopped ${id} .*cancelled`));
  const heard = [...worker.output.matchAll(/stopped p\d+ at (\d+)/g)].map(([, at]) => Number(at) - askedAt);
  await world.check();
  figures(CLAIM, { cancelled: TASKS, signal_after_ms_max: Math.max(...heard) });
  if (FULL) expect(Math.max(...heard)).toBeLessThanOrEqual(200);
});

test(`${CLAIM}: one that ignores it is overruled, and its later result refused`, async () => {
  const world = bed.world();
  const ids = named('d');
  const worker = await world.crew.worker({ queue: 'deaf', slots: TASKS });
  await world.submitAll(
    ids.map((id) => ({ id, type: 'deaf', params: { ms: 10_000 } })),
    { queue: 'deaf' },
  );
  for (const id of ids) await worker.printed(new RegExp(`began ${id} `));
  const askedAt = Date.now();
  const cancelled = await Promise.all(ids.map((id) => world.tasks.cancel(id, { reason: 'enough' })));
  const took = Date.now() - askedAt;
  expect(cancelled).toMatchObject(ids.map(() => ({ ok: true, value: { state: 'cancelled' } })));
  for (const id of ids) await worker.printed(new RegExp(`returned ${id}`));
  // A task after them goes through the same worker: whatever it still had to say of them it has said.
  await world.submit({ id: 'after', type: 'quick' }, { queue: 'deaf' });
  await world.tasks.wait('after', { timeoutMs: TEST_MS });
  const views = await Promise.all(ids.map((id) => world.tasks.get(id)));
  expect(views.map((view) => [view?.state, view?.result?.value])).toEqual(ids.map(() => ['cancelled', undefined]));
  await world.check();
  figures(CLAIM, { deaf: TASKS, cancelled_after_ms_max: took });
  if (FULL) expect(took).toBeLessThanOrEqual(6_000);
});
