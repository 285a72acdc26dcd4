import { MeshError } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Delivered, Handler } from '../handler.ts';
import { benchWith } from '../testing/index.ts';

const tells: Handler = async (params) => ({ ok: true, value: 'done', ext: params['ext'] });

test('what a successful attempt leaves is in its record and is delivered once', async () => {
  const delivered: Delivered[] = [];
  const { all, tasks } = await benchWith(
    { tells },
    {
      deliver: async (left) => {
        delivered.push(left);
      },
    },
  );
  const answer = await all.passing(
    tasks.run({ id: 'a', type: 'tells', params: { ext: ['x'] } }, { timeoutMs: 60_000 }),
  );
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded', value: 'done' } } });
  await all.clock.advance(60_000);
  expect(delivered).toEqual([{ id: 'a', gen: 1, epoch: expect.any(Number), ext: ['x'] }]);
});

test('what cannot be delivered withholds no result, and is tried again until it can', async () => {
  let tries = 0;
  const { all, tasks } = await benchWith(
    { tells },
    {
      deliver: async () => {
        tries += 1;
        if (tries < 4) throw new MeshError('unavailable', { target: 'post' });
      },
    },
  );
  const answer = await all.passing(tasks.run({ id: 'a', type: 'tells', params: { ext: 1 } }, { timeoutMs: 60_000 }));
  expect(answer).toMatchObject({ value: { result: { state: 'succeeded' } } });
  expect(tries).toBe(1);
  await all.clock.advance(600_000);
  expect(tries).toBe(4);
});

test.each([
  ['fails', async () => ({ ok: false, failure: { code: 'no', details: {} } }) as const],
  ['leaves nothing', async () => ({ ok: true, value: 1 }) as const],
])('an attempt that %s has nothing delivered', async (_, handler) => {
  const delivered: Delivered[] = [];
  const { all, tasks } = await benchWith(
    { demo: handler },
    {
      deliver: async (left) => {
        delivered.push(left);
      },
    },
  );
  await all.passing(tasks.run({ id: 'a', type: 'demo' }, { timeoutMs: 60_000 }));
  expect(delivered).toEqual([]);
});

test('more than a record may hold is a failure that says how much', async () => {
  const { all, tasks } = await benchWith({ tells });
  const large = { id: 'a', type: 'tells', params: { ext: 'x'.repeat(60_000) } };
  const answer = await all.passing(tasks.run(large, { timeoutMs: 60_000 }));
  expect(answer).toMatchObject({
    value: { result: { state: 'failed', error: { code: 'ext_too_large', details: { bytes: 60_002, limit: 50_176 } } } },
  });
});
