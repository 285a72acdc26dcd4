import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { sampleService } from '../testing/sample-service.ts';
import { startService } from '../testing/start-service.ts';
import { controlSubjects } from './control-subjects.ts';

function start() {
  const clock = new VirtualClock();
  const random = new SeededRandom(5);
  const bus = new MemoryBus({ clock, random });
  const sample = startService(sampleService(clock).implementation, { clock, random, bus });
  return { clock, sample, asker: memoryMesh({ clock, random, bus, ns: 'test' }) };
}

test('there are nine control subjects', () => {
  expect(controlSubjects('ml', 'ml-1').map(([subject]) => subject)).toEqual([
    '$SRV.PING',
    '$SRV.PING.ml',
    '$SRV.PING.ml.ml-1',
    '$SRV.INFO',
    '$SRV.INFO.ml',
    '$SRV.INFO.ml.ml-1',
    '$SRV.STATS',
    '$SRV.STATS.ml',
    '$SRV.STATS.ml.ml-1',
  ]);
});

test('INFO lists every endpoint with its subject, queue group and traits', async () => {
  const { clock, asker } = start();
  const asked = asker.discover('sample');
  await clock.advance(1_000);
  const [info] = await asked;
  expect(info).toMatchObject({
    name: 'sample',
    version: '1.0.0',
    metadata: { ns: 'test', 'sc.codec': 'json,msgpack' },
  });
  expect(info?.endpoints.map(({ name }) => name)).toEqual([
    'echo',
    'slow',
    'deaf',
    'careful',
    'help',
    'schema',
    'health',
    'info',
  ]);
  expect(info?.endpoints[0]).toMatchObject({
    subject: 'test.svc.sample.echo',
    queueGroup: 'q',
    metadata: { idempotent: 'true', deadline_ms: '5000', criticality: 'important' },
  });
});

test('STATS counts requests and errors in whole nanoseconds, with the last error as text', async () => {
  const { clock, sample, asker } = start();
  await sample.echo({});
  await sample.echo({ text: 'no' });
  await sample.request('echo', 'nonsense');
  const slow = sample.slow({});
  await clock.advance(100);
  await slow;
  const asked = asker.stats('sample');
  await clock.advance(1_000);
  const [stats] = await asked;
  expect(stats?.started).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/);
  expect(stats?.endpoints[0]).toMatchObject({ name: 'echo', num_requests: 3, num_errors: 2 });
  expect(stats?.endpoints[0]).toHaveProperty('last_error', expect.stringMatching(/^400:bad_request: /));
  expect(stats?.endpoints[1]).toMatchObject({
    name: 'slow',
    num_requests: 1,
    last_error: '',
    processing_time: 100_000_000,
    average_processing_time: 100_000_000,
  });
});
