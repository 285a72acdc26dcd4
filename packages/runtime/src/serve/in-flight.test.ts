import { expect, test } from 'vitest';
import { InFlight } from './in-flight.ts';

test('attempts of one call are found by its id, and removed once', () => {
  const inFlight = new InFlight<{ id: string; n: number }>();
  const first = { id: 'a', n: 1 };
  inFlight.add(first);
  inFlight.add({ id: 'a', n: 2 });
  inFlight.add({ id: 'b', n: 1 });
  expect(inFlight.find('a')).toHaveLength(2);
  inFlight.remove(first);
  inFlight.remove(first);
  expect(inFlight.size).toBe(2);
  expect(inFlight.find('nobody')).toEqual([]);
});

test('idle resolves when the last one has gone, at once when there is none', async () => {
  const inFlight = new InFlight<{ id: string }>();
  await inFlight.idle();
  const call = { id: 'a' };
  inFlight.add(call);
  const idle = inFlight.idle();
  inFlight.remove(call);
  await idle;
  expect(inFlight.size).toBe(0);
});
