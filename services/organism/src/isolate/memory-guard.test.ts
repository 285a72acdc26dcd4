import type { HeapInfo } from 'node:v8';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { orderOf } from '../testing/fake-host.ts';
import { LOOK_EVERY_MS, MemoryGuard } from './memory-guard.ts';

const RUN = { say: 'run', run: 0, order: orderOf('s', {}) } as const;
const ENDED = { say: 'ended', run: 0, end: { end: 'ok', output: 1 } } as const;

/** A thread that holds what the test says, in MiB. */
function guarded() {
  const clock = new VirtualClock();
  const held = { mb: 0, looks: 0 };
  const faults: unknown[] = [];
  const thread = {
    getHeapStatistics: async () => {
      held.looks++;
      return { external_memory: held.mb * 1_048_576 } as HeapInfo;
    },
  };
  const guard = new MemoryGuard(thread, 64, { clock, over: (fault) => faults.push(fault) });
  return { clock, held, faults, guard };
}

test('a busy thread is looked at every 250 ms, an idle one never', async () => {
  const { clock, held, guard } = guarded();
  await clock.advance(10_000);
  expect(held.looks).toBe(0);
  guard.said(RUN);
  await clock.advance(4 * LOOK_EVERY_MS);
  expect(held.looks).toBe(4);
  guard.heard(ENDED);
  await clock.advance(10_000);
  expect([held.looks, clock.pending]).toEqual([4, 0]);
});

test('one that holds more than it may is told of once', async () => {
  const { clock, held, faults, guard } = guarded();
  guard.said(RUN);
  held.mb = 64;
  await clock.advance(1000);
  expect(faults).toEqual([]);
  held.mb = 65;
  await clock.advance(1000);
  expect(faults).toMatchObject([{ code: 'out_of_memory' }]);
  expect(clock.pending).toBe(0);
});
