import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { Limits } from '../served/serve-implementation.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { type sample as sampleContract, sampleService } from '../testing/sample-service.ts';
import { startService } from '../testing/start-service.ts';
import { silentObserver } from './serve-observer.ts';

function start(limits: Limits<typeof sampleContract> = {}) {
  const clock = new VirtualClock();
  const { implementation, seen } = sampleService(clock);
  const events: string[] = [];
  const served = new Set<ServedEndpoint>();
  const observer = {
    ...silentObserver,
    cancelled: () => events.push('cancelled'),
    refused: (_endpoint: ServedEndpoint, reason: string) => events.push(`refused ${reason}`),
    queued: (endpoint: ServedEndpoint) => served.add(endpoint),
  };
  const sample = startService(implementation, { clock, random: new SeededRandom(7), limits, observer });
  const replies: unknown[] = [];
  const send = (endpoint: string, headers: Record<string, string> = {}) =>
    sample.request(endpoint, '', headers).then((reply) => {
      replies.push(reply.status === undefined ? 'ok' : codeOf(reply.json));
    });
  return { clock, seen, sample, events, served, replies, send };
}

const codeOf = (json: unknown): unknown => JSON.parse(JSON.stringify(json)).error.code;
const callId = (n: number) => `01m814ae6eq8psmpb61pdsj6c${n}`;

test('waiters start by criticality when a slot is free, and the line has an end', async () => {
  const { clock, replies, send, sample, events } = start({ slow: { fixed: 1 } });
  void send('slow');
  void send('slow', { 'Sc-Criticality': 'optional' });
  void send('slow', { 'Sc-Criticality': 'important' });
  void send('slow', { 'Sc-Criticality': 'critical' });
  void send('slow', { 'Sc-Criticality': 'optional' });
  await clock.advance(0);
  expect(sample.inFlight()).toBe(4);
  expect(events).toEqual(['refused full']);
  expect(replies).toEqual(['overloaded']);
  await clock.advance(400);
  expect(replies).toEqual(['overloaded', 'ok', 'ok', 'ok', 'ok']);
  expect(sample.inFlight()).toBe(0);
});

test('a waiter leaves the line when its deadline passes, and its handler never runs', async () => {
  const { clock, replies, send, seen, events } = start({ slow: { fixed: 1 } });
  void send('slow');
  void send('slow', { 'Sc-Deadline-Ms': '50' });
  await clock.advance(50);
  expect(replies).toEqual(['overloaded']);
  expect(events).toEqual(['refused late']);
  await clock.advance(100);
  expect(seen.slow).toBe(1);
});

test('a waiter that is left less time than the work takes is not started', async () => {
  const { clock, replies, send, seen } = start({ slow: { fixed: 1 } });
  for (let i = 0; i < 50; i++) {
    void send('slow');
    await clock.advance(100);
  }
  replies.length = 0;
  void send('slow', { 'Sc-Deadline-Ms': '120' });
  void send('slow', { 'Sc-Criticality': 'critical', 'Sc-Deadline-Ms': '400' });
  void send('slow', { 'Sc-Deadline-Ms': '301' });
  await clock.advance(1);
  void send('slow', { 'Sc-Criticality': 'critical', 'Sc-Deadline-Ms': '400' });
  await clock.advance(400);
  expect(replies).toEqual(['ok', 'ok', 'ok', 'deadline_exceeded']);
  expect(seen.slow).toBe(53);
});

test('at its deadline a handler sees its signal and the caller is answered', async () => {
  const { clock, replies, send, seen, sample } = start();
  void send('slow', { 'Sc-Deadline-Ms': '60' });
  await clock.advance(59);
  expect(seen.aborted).toBe(0);
  await clock.advance(1);
  expect(seen.aborted).toBe(1);
  expect(replies).toEqual(['deadline_exceeded']);
  expect(sample.inFlight()).toBe(0);
});

test('a handler that hears no signal keeps its slot, and counts as leaked 30 s after its deadline', async () => {
  const { clock, replies, send, sample, served } = start({ deaf: { fixed: 2 } });
  void send('deaf');
  await clock.advance(50);
  expect(replies).toEqual(['deadline_exceeded']);
  const [deaf] = served;
  expect(deaf?.gate.running).toBe(1);
  await clock.advance(29_999);
  expect(deaf?.leaked).toBe(0);
  await clock.advance(1);
  expect(deaf?.leaked).toBe(1);
  await clock.advance(30_000);
  expect(deaf).toMatchObject({ leaked: 0 });
  expect(sample.inFlight()).toBe(0);
  expect(replies).toHaveLength(1);
});

test('a cancelled handler sees its signal, nobody is answered, the slot is free', async () => {
  const { clock, replies, send, seen, sample, events } = start();
  void send('slow', { 'Sc-Call': callId(1) });
  await clock.advance(10);
  sample.mesh.transport.publish(`test.cancel.${callId(1)}`, new Uint8Array(0));
  await clock.advance(1_000);
  expect(seen.aborted).toBe(1);
  expect(events).toEqual(['cancelled']);
  expect(replies).toEqual([]);
  expect(sample.inFlight()).toBe(0);
});

test('a cancelled waiter leaves at once and never runs', async () => {
  const { clock, replies, send, seen, sample } = start({ slow: { fixed: 1 } });
  void send('slow');
  void send('slow', { 'Sc-Call': callId(2) });
  await clock.advance(10);
  sample.mesh.transport.publish(`test.cancel.${callId(2)}`, new Uint8Array(0));
  await clock.advance(500);
  expect(seen.slow).toBe(1);
  expect(replies).toEqual(['ok']);
});

test('an abort of the typed client reaches the handler', async () => {
  const { clock, seen, sample } = start();
  const controller = new AbortController();
  const outcome = sample.slow({}, { signal: controller.signal }).catch((error: unknown) => error);
  await clock.advance(10);
  controller.abort();
  await clock.advance(0);
  expect(await outcome).toMatchObject({ code: 'cancelled' });
  expect(seen.aborted).toBe(1);
});

test('no timer is left when nothing runs', async () => {
  const { clock, send, replies } = start();
  void send('echo');
  void send('slow');
  await clock.advance(100);
  expect(replies).toEqual(['ok', 'ok']);
  expect(clock.pending).toBe(0);
});

test('a reply that cannot be sent is counted, not thrown', async () => {
  const { clock, sample, seen } = start();
  void sample.request('slow');
  await clock.advance(10);
  sample.mesh.transport.disconnect();
  await clock.advance(200);
  expect(seen.slow).toBe(1);
  expect(sample.inFlight()).toBe(0);
});
