import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test, vi } from 'vitest';
import { watchHeap } from './watch-heap.ts';

test('after a whole collection it is known whether memory is short, and before it is not claimed', async () => {
  setFlagsFromString('--expose-gc');
  const collect: unknown = runInNewContext('gc');
  const [small, large] = [watchHeap(1), watchHeap(2 ** 50)];
  try {
    expect([small.isShort(), large.isShort()]).toEqual([false, false]);
    if (typeof collect === 'function') collect();
    await vi.waitUntil(() => small.isShort(), { timeout: 30_000 });
    expect(large.isShort()).toBe(false);
  } finally {
    small.stop();
    large.stop();
  }
});
