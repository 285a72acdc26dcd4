import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { RequiredServices } from './required-services.ts';

function watch(names: readonly string[], answering: readonly string[] = []) {
  const clock = new VirtualClock();
  const alive = new Set(answering);
  const seen = { all: 0 };
  const required = new RequiredServices(names, {
    clock,
    probe: async (name) => alive.has(name),
    onAll: () => {
      seen.all += 1;
    },
  });
  void required.watch();
  return { clock, alive, seen, required };
}

test('nothing required is complete at once', async () => {
  const { clock, seen } = watch([]);
  await clock.advance(0);
  expect(seen.all).toBe(1);
  expect(clock.pending).toBe(0);
});

test('the missing are named until they answer', async () => {
  const { clock, alive, seen, required } = watch(['ml', 'state'], ['ml']);
  await clock.advance(0);
  expect(required.missing()).toEqual([
    { name: 'state', since: '2026-11-22T00:00:00.000Z', detail: 'has not answered a ping yet' },
  ]);
  expect(seen.all).toBe(0);
  alive.add('state');
  await clock.advance(1_000);
  expect(required.missing()).toEqual([]);
  expect(seen.all).toBe(1);
});

test('one lost answer is no departure, two are', async () => {
  const { clock, alive, required } = watch(['ml'], ['ml']);
  await clock.advance(0);
  alive.delete('ml');
  await clock.advance(10_000);
  expect(required.missing()).toEqual([]);
  await clock.advance(10_000);
  expect(required.missing()).toMatchObject([{ name: 'ml', detail: 'stopped answering pings' }]);
});

test('stopping ends the pings', async () => {
  const { clock, required } = watch(['ml']);
  await clock.advance(0);
  required.stop();
  expect(clock.pending).toBe(0);
});
