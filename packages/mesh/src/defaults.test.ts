import { wireHeaders } from '@seedcore/protocol';
import { defaultBreaker, seedBreaker, seedRetry } from '@seedcore/resilience';
import { expect, test } from 'vitest';
import { readLoad } from './client/load-report.ts';
import { withProfile } from './client/profile.ts';
import { CUSTOM_FALLBACK_MS } from './client/with-fallback.ts';
import { FLOOR_API_LEVEL, FLOOR_VERSION, RECOMMENDED_VERSION } from './connect/broker-check.ts';
import { DEFAULT_SERVER } from './connect/connect-options.ts';
import { FIRST_WAITS_MS } from './connect/first-connect.ts';
import { DEFAULT_NS } from './connect/open-mesh.ts';
import { REFRESH_MS } from './directory/directory.ts';
import { discoveryBounds } from './directory/gather.ts';
import { GONE_MS, MAX_INSTANCES, SILENCE_MS } from './directory/instances.ts';
import { MAX_RUNNING } from './events/bounded-work.ts';
import { GRACE_MS } from './mux/mux.ts';
import { MAX_SLOTS } from './mux/slots.ts';
import { natsOptions } from './nats/nats-options.ts';
import { BEAT_MS, MAX_TARGETS, PRESENCE_BUCKET } from './presence/presence-body.ts';
import { RECORDS_PER_SECOND, SAMPLE_EVERY } from './record/record-limit.ts';
import { RING_RECORDS } from './record/record-ring.ts';
import { IDLE_MS } from './stream/stream-reader.ts';

const options = natsOptions({});

/** What the documents say, in this test's own words; times in ms. */
test.each<readonly [string, unknown, unknown]>([
  ['broker', DEFAULT_SERVER, 'nats://127.0.0.1:4222'],
  ['namespace', DEFAULT_NS, 'seedcore-dev'],
  ['oldest broker and API level', [FLOOR_VERSION, FLOOR_API_LEVEL], ['2.12.6', 2]],
  ['recommended broker', RECOMMENDED_VERSION, '2.15.1'],
  ['waits before the second to the seventh try', FIRST_WAITS_MS, [500, 1_000, 2_000, 4_000, 8_000, 16_000]],
  ['reconnects: for ever', [options.reconnect, options.maxReconnectAttempts], [true, -1]],
  ['pings until a dead peer is noticed', [options.pingInterval, options.maxPingOut], [5_000, 2]],
  ['stack trace per request', options.noAsyncTraces, true],
  ['grace of calls in flight', GRACE_MS, 2_000],
  ['slots of a process', MAX_SLOTS, 10_000],
  ['instances of a service', MAX_INSTANCES, 256],
  ['refresh of the directory', REFRESH_MS, 30_000],
  ['end of asking who is there', discoveryBounds, { quietMs: 300, maxMs: 1_000 }],
  ['silence that makes suspect', SILENCE_MS, 15_000],
  ['memory of who is gone', GONE_MS, 60_000],
  ['beat of presence', BEAT_MS, 5_000],
  ['life of presence', PRESENCE_BUCKET.maxAgeMs, 15_000],
  ['targets an instance tells of', MAX_TARGETS, 64],
  ['handlers of an event at once', MAX_RUNNING, 16],
  ['silence that ends a stream', IDLE_MS, 30_000],
  ['records of calls in memory', RING_RECORDS, 1_000],
  ['records of calls in a second', RECORDS_PER_SECOND, 50],
  ['share of good calls recorded', Math.round(100 / SAMPLE_EVERY), 1],
  ['time of a custom fallback', CUSTOM_FALLBACK_MS, 1_000],
])('mesh.A2: the documented %s', (_what, actual, documented) => {
  expect(actual).toEqual(documented);
});

const profiled = (service: string, endpoint = 'x') => withProfile({ profile: 'seed' }, { service, endpoint });

test.each<readonly [string, unknown, unknown]>([
  ['ml', profiled('ml').deadlineMs, 10_000],
  ['ml while it warms up', profiled('ml', 'warmup_drift_detector').deadlineMs, 30_000],
  ['coordinator', profiled('coordinator').deadlineMs, 10_000],
  ['organism', profiled('organism').deadlineMs, 10_000],
  ['state', profiled('state').deadlineMs, 8_000],
  ['energy', profiled('energy').deadlineMs, 8_000],
  ['cognitive', profiled('cognitive').deadlineMs, 8_000],
  ['nobody else', profiled('other').deadlineMs, undefined],
])('mesh.A2: the profile seed has a deadline for %s', (_what, actual, documented) => {
  expect(actual).toBe(documented);
});

test('mesh.A2: the profile seed has the documented attempts, breaker and bulkhead', () => {
  expect(profiled('ml')).toMatchObject({
    retry: seedRetry,
    breaker: { ...seedBreaker, run: defaultBreaker.run },
    bulkhead: { limit: 10, queue: 100 },
  });
});

test.each([
  ['ml-1 3 20 17', { instance: 'ml-1', inFlight: 3, limit: 20, workMs: 17 }],
  ['ml-1 3 20', undefined],
  ['ml.1 3 20 17', undefined],
  ['ml-1 3 20 -1', undefined],
  ['ml-1 3 20 17 1', undefined],
])('mesh.A2: the header Sc-Load: %s', (text, read) => {
  expect(readLoad(wireHeaders([['Sc-Load', text]]))).toEqual(read);
});
