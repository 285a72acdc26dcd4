import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { subjectMatches } from '../faults/subject-match.ts';
import { MemoryBus } from './memory-bus.ts';
import { memoryTransport } from './memory-transport.ts';
import { transportCases } from './transport-suite.ts';

function pair() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(3) };
  const bus = new MemoryBus(ports);
  const [one, other] = [memoryTransport({ ...ports, bus }), memoryTransport({ ...ports, bus })];
  const seen: string[] = [];
  other.subscribe('a.>', ({ subject }) => seen.push(subject));
  return { ...ports, bus, one, other, seen };
}
const nothing = new Uint8Array(0);

describe('the transport in memory keeps the promises of the port:', () => {
  test.each(transportCases)('$name', async ({ run }) => {
    const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
    const bus = new MemoryBus(ports);
    await run({ open: async () => memoryTransport({ ...ports, bus }) });
  });
});

test('a dropped subject is lost until the fault ends', async () => {
  const { bus, one, seen, clock } = pair();
  const end = bus.drop('a.*');
  one.publish('a.b', nothing);
  one.publish('a.b.c', nothing);
  await clock.advance(0);
  end();
  one.publish('a.b', nothing);
  await clock.advance(0);
  expect(seen).toEqual(['a.b.c', 'a.b']);
});

test('a share of a subject can be lost', async () => {
  const { bus, one, seen, clock } = pair();
  bus.drop('a.b', 0.3);
  for (let i = 0; i < 1_000; i++) one.publish('a.b', nothing);
  await clock.advance(0);
  expect(seen.length).toBeGreaterThan(650);
  expect(seen.length).toBeLessThan(750);
});

test('a delayed subject arrives later', async () => {
  const { bus, one, seen, clock } = pair();
  bus.delay('a.b', 100);
  one.publish('a.b', nothing);
  one.publish('a.c', nothing);
  await clock.advance(99);
  expect(seen).toEqual(['a.c']);
  await clock.advance(1);
  expect(seen).toEqual(['a.c', 'a.b']);
});

test('while disconnected nothing arrives or leaves, and everything does afterwards', async () => {
  const { one, other, seen, clock } = pair();
  const states: string[] = [];
  other.onState((state) => states.push(state));
  other.disconnect();
  one.publish('a.b', nothing);
  expect(() => other.publish('a.b', nothing)).toThrow('not_connected');
  await expect(other.flush()).rejects.toThrow('not_connected');
  other.reconnect();
  one.publish('a.c', nothing);
  await clock.advance(0);
  expect(seen).toEqual(['a.c']);
  expect(states).toEqual(['down', 'up']);
});

test('what a handler throws is kept for the test to look at', async () => {
  const { one, other, clock } = pair();
  const failure = new Error('thrown by a handler');
  other.subscribe('b', () => {
    throw failure;
  });
  one.publish('b', nothing);
  await clock.advance(0);
  expect(other.defects).toEqual([failure]);
});

test.each([
  ['a.*', 'a.b', true],
  ['a.*', 'a', false],
  ['a.*', 'a.b.c', false],
  ['a.>', 'a.b.c', true],
  ['a.>', 'a', false],
  ['>', 'a', true],
  ['*.b', 'a.b', true],
  ['a', 'a', true],
  ['a', 'b', false],
])('%s covers %s: %s', (pattern, subject, covered) => {
  expect(subjectMatches(pattern, subject)).toBe(covered);
});
