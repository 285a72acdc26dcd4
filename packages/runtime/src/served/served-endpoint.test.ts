import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { sample, sampleService } from '../testing/sample-service.ts';
import { startService } from '../testing/start-service.ts';
import { ServedEndpoint } from './served-endpoint.ts';

const own = { name: 'slow', service: 'sample', subject: 'test.svc.sample.slow', handle: () => undefined };

test('a limit that finds itself shrinks when the work takes longer, and the gate with it', () => {
  const endpoint = new ServedEndpoint({ ...own, contract: sample.endpoints.slow });
  let now = 0;
  const window = (ms: number) => {
    for (let i = 0; i < 50; i++) {
      now += 25;
      // What is seen is what runs in the gate: fill it.
      endpoint.worked(ms, now, true);
    }
  };
  const full = Array.from({ length: 20 }, () => ({
    criticality: 'important' as const,
    deadlineAt: 1e9,
    place: 0,
    start: () => undefined,
    drop: () => undefined,
  }));
  for (const one of full) endpoint.gate.ask(one, 0, 0);
  for (let i = 0; i < 10; i++) window(100);
  expect(endpoint.gate.limit).toBeGreaterThan(20);
  const before = endpoint.gate.limit;
  for (let i = 0; i < 4; i++) window(400);
  expect(endpoint.gate.limit).toBeLessThan(before);
});

test('a fixed limit stays what it is', () => {
  const endpoint = new ServedEndpoint({ ...own, contract: sample.endpoints.slow, limit: { fixed: 5 } });
  for (let i = 0; i < 5_000; i++) endpoint.worked(10, i * 20, true);
  expect(endpoint.gate.limit).toBe(5);
});

test('while others wait, one caller holds at most half of the slots', async () => {
  const clock = new VirtualClock();
  const { implementation, seen } = sampleService(clock);
  const bed = startService(implementation, { clock, random: new SeededRandom(2), limits: { slow: { fixed: 4 } } });
  const order: string[] = [];
  const ask = (caller: string, n: number) => {
    const reply = `_INBOX.${caller}.x.${n}`;
    bed.mesh.transport.subscribe(reply, () => void order.push(caller));
    bed.mesh.transport.publish('test.svc.sample.slow', new Uint8Array(0), { reply });
  };
  for (let n = 0; n < 8; n++) ask('greedy', n);
  for (let n = 0; n < 2; n++) ask('modest', n);
  await clock.advance(100);
  expect(order).toEqual(['greedy', 'greedy', 'greedy', 'greedy']);
  await clock.advance(100);
  expect([...order.slice(4)].sort()).toEqual(['greedy', 'greedy', 'modest', 'modest']);
  expect(seen.slow).toBe(10);
});
