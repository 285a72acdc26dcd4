import type { Brownout, BrownoutLevel } from '@seedcore/mesh';
import { type Criticality, ulid } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { silentObserver } from '../serve/serve-observer.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { sampleService } from '../testing/sample-service.ts';
import { startService } from '../testing/start-service.ts';

function start(level: BrownoutLevel = 0) {
  const clock = new VirtualClock();
  const { implementation, seen } = sampleService(clock);
  const brownout: Brownout & { level: BrownoutLevel } = { level, recovering: false };
  const reasons: string[] = [];
  const observer = {
    ...silentObserver,
    refused: (_endpoint: ServedEndpoint, reason: string) => void reasons.push(reason),
  };
  return { clock, seen, brownout, reasons, sample: startService(implementation, { clock, brownout, observer }) };
}

const random = new SeededRandom(5);

async function share(level: BrownoutLevel, criticality: Criticality): Promise<number> {
  const { clock, sample } = start(level);
  const asked = Array.from({ length: 200 }, () =>
    sample.request('echo', '', { 'Sc-Call': ulid(clock, random), 'Sc-Criticality': criticality }),
  );
  const replies = await Promise.all(asked);
  return replies.filter(({ status }) => status === '429').length / replies.length;
}

test('each level sheds its classes', async () => {
  expect(await share(0, 'optional')).toBe(0);
  expect(await share(1, 'optional')).toBe(1);
  expect(await share(1, 'important')).toBe(0);
  expect(await share(2, 'important')).toBeGreaterThan(0.4);
  expect(await share(2, 'important')).toBeLessThan(0.6);
  expect(await share(3, 'important')).toBe(1);
  expect(await share(3, 'critical')).toBe(0);
});

test('what is shed is told the level and when to come again, and no handler runs', async () => {
  const { sample, seen, reasons } = start(3);
  const reply = await sample.request('echo', '', { 'Sc-Call': '01m814ae6eq8psmpb61pdsj6cx' });
  expect(reply.json).toMatchObject({
    error: { code: 'overloaded', status: 429, retry_after_ms: 5_000, details: { reason: 'brownout', level: 3 } },
  });
  expect(reply.headers.get('Sc-Load')).toMatch(/^sample-\w+ 0 20 0$/);
  expect(reasons).toEqual(['brownout']);
  expect(seen.echo).toBe(0);
});

test('a service answers about itself at every level, and health names the level', async () => {
  const { sample } = start(3);
  expect((await sample.request('health', '', { 'Sc-Criticality': 'optional' })).json).toMatchObject({ brownout: 3 });
});

test('requests that wait too long for 30 s begin a brownout of the service alone, 60 calm s end it', async () => {
  const clock = new VirtualClock();
  const { implementation } = sampleService(clock);
  const sample = startService(implementation, { clock, limits: { slow: { fixed: 1 } } });
  const brownout = async () => (await sample.request('health')).json;
  for (let i = 0; i < 31; i++) {
    for (let n = 0; n < 10; n++) void sample.request('slow', '', { 'Sc-Criticality': 'critical' });
    await clock.advance(1_000);
  }
  expect(await brownout()).toMatchObject({ brownout: 2 });
  expect((await sample.request('echo', '', { 'Sc-Criticality': 'optional' })).json).toMatchObject({
    error: { code: 'overloaded', details: { level: 2 } },
  });
  for (let i = 0; i < 12; i++) {
    await clock.advance(5_000);
    expect(await brownout()).toMatchObject({ brownout: 2 });
  }
  await clock.advance(10_000);
  expect(await brownout()).toMatchObject({ brownout: 0 });
});

test('a request that waited unseen for longer than its budget and 2 s is not started', async () => {
  const { clock, sample, seen } = start();
  const sent = (ms: number) => ({ 'Sc-Sent-Ms': String(1_790_000_000_000 + ms), 'Sc-Deadline-Ms': '1000' });
  expect((await sample.request('echo', '', sent(0))).status).toBeUndefined();
  await clock.advance(10_000);
  expect((await sample.request('echo', '', sent(7_000))).status).toBeUndefined();
  expect((await sample.request('echo', '', sent(6_999))).json).toMatchObject({
    error: { code: 'deadline_exceeded', status: 408, details: { left_ms: 0, on_the_way_ms: 3_001 } },
  });
  expect(seen.echo).toBe(2);
});
