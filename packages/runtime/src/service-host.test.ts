import { type MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { jsonCodec } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { type Log, silentLog } from './log/log.ts';
import { hostSample } from './testing/host-sample.ts';
import { sample as contract } from './testing/sample-service.ts';

/** Another service, reduced to its pong. */
function answerPing(bus: MemoryBus, name: string, ns = 'test') {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(9), bus, ns });
  const pong = jsonCodec.encode({
    type: 'io.nats.micro.v1.ping_response',
    name,
    id: 'x',
    version: '1.0.0',
    metadata: { ns },
  });
  mesh.transport.subscribe(
    `$SRV.PING.${name}`,
    ({ reply }) => reply !== undefined && mesh.transport.publish(reply, pong),
  );
}

test('it is ready as soon as it is built, and ends with 0 when told to', async () => {
  const { clock, hosted, ended, client } = hostSample();
  await clock.advance(0);
  expect(hosted.health()).toMatchObject({ live: true, ready: true, degraded: false, state: 'ready', missing: [] });
  expect(await client.echo({})).toEqual({ ok: true, value: { text: 'hi' } });
  hosted.stop();
  await clock.advance(10);
  expect(ended).toEqual([0]);
});

test('it says that it is ready only when the broker knows where to send calls', async () => {
  const flushed = Promise.withResolvers<void>();
  const said: unknown[] = [];
  const log: Log = { ...silentLog, info: (...line: unknown[]) => void said.push(line.at(-1)) };
  const { clock, hosted } = hostSample({ flush: () => flushed.promise, log });
  await clock.advance(10);
  expect({ ready: hosted.health().ready, said }).toEqual({ ready: false, said: [] });
  flushed.resolve();
  await clock.advance(10);
  expect({ ready: hosted.health().ready, said }).toEqual({ ready: true, said: ['ready'] });
});

test('it waits for those it requires, and answers health meanwhile', async () => {
  const { clock, bus, hosted, caller } = hostSample({ requires: ['ml'] });
  await clock.advance(2_000);
  expect(hosted.health()).toMatchObject({ ready: false, degraded: true, state: 'starting', missing: [{ name: 'ml' }] });
  const health = caller.builtin('sample', 'health');
  await clock.advance(10);
  expect(await health).toMatchObject({ state: 'starting' });
  answerPing(bus, 'ml', 'elsewhere');
  await clock.advance(3_000);
  expect(hosted.health().state).toBe('starting');
  answerPing(bus, 'ml');
  await clock.advance(3_000);
  expect(hosted.health()).toMatchObject({ ready: true, degraded: false, missing: [] });
});

test('after 15 s it is ready in any case, degraded, the missing named', async () => {
  const { clock, hosted } = hostSample({ requires: ['ml'] });
  await clock.advance(14_999);
  expect(hosted.health().ready).toBe(false);
  await clock.advance(1);
  expect(hosted.health()).toMatchObject({ ready: true, degraded: true, missing: [{ name: 'ml' }] });
});

test('what the service itself misses shows in health', async () => {
  const missing = [{ name: 'disk', since: '2026-11-22T00:00:00Z', detail: 'full' }];
  const { clock, hosted } = hostSample({ running: { missing: () => missing, degradedBy: () => ['slow disk'] } });
  await clock.advance(0);
  expect(hosted.health()).toMatchObject({ degraded: true, missing, degraded_by: ['slow disk'] });
});

test('it is not live while half of the slots of an endpoint are held by handlers that hear nothing', async () => {
  const { clock, hosted, caller } = hostSample({ running: { limits: { deaf: { fixed: 2 } } } });
  await clock.advance(0);
  const deaf = caller
    .client(contract)
    .deaf({})
    .catch((error: unknown) => error);
  await clock.advance(30_100);
  expect(await deaf).toMatchObject({ code: 'deadline_exceeded' });
  expect(hosted.health().live).toBe(false);
  await clock.advance(30_000);
  expect(hosted.health().live).toBe(true);
});

test('a drain finishes what runs, hands back what is held, and refuses nothing that was routed here', async () => {
  const order: string[] = [];
  const { clock, hosted, ended, client } = hostSample({
    running: { drain: async (graceMs) => void order.push(`drain ${graceMs}`) },
  });
  await clock.advance(0);
  const slow = client.slow({}).then((reply) => order.push(reply.ok ? 'answered' : 'failed'));
  await clock.advance(10);
  hosted.stop();
  await clock.advance(50);
  expect(ended).toEqual([]);
  expect(hosted.health()).toMatchObject({ ready: false, state: 'draining' });
  await clock.advance(100);
  await slow;
  expect(order).toEqual(['drain 25000', 'answered']);
  expect(ended).toEqual([0]);
});

test('while it drains nobody new is routed here, and its instance subject says so', async () => {
  const { clock, hosted, caller, client } = hostSample();
  await clock.advance(0);
  void client.slow({});
  await clock.advance(10);
  hosted.stop();
  await clock.advance(5);
  const pinned = caller.client(contract, { instance: 'one', deadlineMs: 20 }).echo({});
  const told = pinned.catch((error: unknown) => error);
  const queued = client.echo({}, { deadlineMs: 20 }).catch((error: unknown) => error);
  await clock.advance(30);
  expect(await told).toMatchObject({ code: 'draining', details: { state: 'draining' } });
  expect(await queued).toMatchObject({ code: 'no_responder' });
});

test('what does not end in 25 s is aborted, its caller told whether repeating is safe', async () => {
  const { clock, hosted, ended, caller } = hostSample();
  await clock.advance(0);
  const deaf = caller
    .client(contract)
    .deaf({}, { deadlineMs: 40_000 })
    .catch((error: unknown) => error);
  await clock.advance(10);
  hosted.stop();
  await clock.advance(25_000);
  expect(await deaf).toMatchObject({ code: 'timeout', details: { reason: 'shutdown' } });
  expect(ended).toEqual([]);
  await clock.advance(15_000);
  expect(ended).toEqual([1]);
});

test('a second signal skips the patience', async () => {
  const { clock, hosted, ended, caller } = hostSample();
  await clock.advance(0);
  void caller
    .client(contract)
    .deaf({}, { deadlineMs: 40_000 })
    .catch((error: unknown) => error);
  await clock.advance(10);
  hosted.stop();
  hosted.stop();
  await clock.advance(10_100);
  expect(ended).toEqual([1]);
});

test('a drain asked for on the instance subject is a drain', async () => {
  const { clock, caller, ended } = hostSample();
  await clock.advance(0);
  caller.transport.publish('test.inst.sample.one.drain', new Uint8Array(0));
  await clock.advance(10);
  expect(ended).toEqual([0]);
});

test('a service that cannot be built says why and ends with 1', async () => {
  const said: string[] = [];
  const log: Log = { ...silentLog, fatal: (...line: unknown[]) => void said.push(String(line.at(-1))) };
  const { clock, ended } = hostSample({ start: () => Promise.reject(new Error('no model')), log });
  await clock.advance(10);
  expect(said).toEqual(['the service could not be started']);
  expect(ended).toEqual([1]);
});

test('everybody is told how it stands, from its first moment to its last', async () => {
  const { clock, caller, hosted, client } = hostSample({ requires: ['ml'] });
  const states = () => caller.instances('sample').map(({ state, limit }) => `${state} ${limit}`);
  states();
  await clock.advance(10);
  expect(states()).toEqual(['starting 0']);
  await clock.advance(15_000);
  expect(states()).toEqual(['alive 80']);
  void client.slow({});
  await clock.advance(10);
  hosted.stop();
  await clock.advance(10);
  expect(states()).toEqual(['draining 80']);
  await clock.advance(200);
  expect(states()).toEqual(['gone 80']);
});

test('mesh.A24: a setting that cannot be used shows in health and as a metric, until it is corrected', async () => {
  const { clock, caller, hosted, metrics } = hostSample();
  await clock.advance(0);
  const bucket = caller.kv.bucket({ name: 'config', doc: '', storage: 'file', history: 10, maxAgeMs: 0 });
  await bucket.put('sample.limt', new TextEncoder().encode('5'));
  await clock.advance(0);
  expect(hosted.health()).toMatchObject({
    ready: true,
    degraded: true,
    degraded_by: ['setting sample.limt is not used: nobody knows the knob limt; did you mean limit?'],
  });
  expect(await metrics.text()).toContain('seedcore_config_rejected_total 1');
  await bucket.delete('sample.limt');
  await clock.advance(0);
  expect(hosted.health()).toMatchObject({ degraded: false, degraded_by: [] });
});

test('a broker without JetStream is named in health', async () => {
  const { clock, hosted, bus } = hostSample();
  bus.buckets.available = false;
  await clock.advance(0);
  expect(hosted.health().degraded_by).toEqual([
    'the broker has no JetStream: presence, shared verdicts and settings are off',
  ]);
});

test('its state, endpoints and refusals are metrics', async () => {
  const { clock, client, metrics } = hostSample();
  await clock.advance(0);
  await client.echo({});
  const text = await metrics.text();
  expect(text).toContain('seedcore_lifecycle{state="ready"} 1');
  expect(text).toContain('seedcore_request_duration_seconds_count{endpoint="echo",code="ok"} 1');
  expect(text).toContain('seedcore_limit{endpoint="echo"} 20');
  expect(text).toMatch(/seedcore_build_info\{version="1.0.0",contract="[0-9a-f]{16}"\} 1/);
});

test('what energy has the mesh shed is shed here, and shown', async () => {
  const { clock, caller, client, hosted, metrics } = hostSample();
  const mode = { mode: 'EMERGENCY', brownout_level: 3 };
  const energy = { name: 'energy', doc: '', storage: 'file', history: 1, maxAgeMs: 0 } as const;
  await caller.kv.bucket(energy).put('mode', jsonCodec.encode(mode));
  await clock.advance(5_000);
  expect(hosted.health().brownout).toBe(3);
  const replies: string[] = [];
  caller.transport.subscribe('_INBOX.plain.one', ({ data }) => void replies.push(new TextDecoder().decode(data)));
  caller.transport.publish('test.svc.sample.echo', new Uint8Array(0), { reply: '_INBOX.plain.one' });
  await clock.advance(0);
  expect(JSON.parse(replies[0] ?? '')).toMatchObject({
    error: { code: 'overloaded', details: { reason: 'brownout', level: 3 } },
  });
  expect(await client.echo({}, { criticality: 'critical' })).toMatchObject({ ok: true });
  expect(await metrics.text()).toContain('seedcore_brownout_level 3');
});

test('a service that cannot go on drains and asks for a fresh process', async () => {
  let replace = (_why: string) => {};
  const { clock, ended, client } = hostSample({
    begun: (host) => {
      replace = host.replace;
    },
  });
  await clock.advance(0);
  const slow = client.slow({});
  await clock.advance(10);
  replace('two threads are stuck');
  await clock.advance(200);
  expect(await slow).toMatchObject({ ok: true });
  expect(ended).toEqual([75]);
});

test('what energy has the mesh shed is refused by clients themselves, and nothing is sent', async () => {
  const { clock, caller, client, seen } = hostSample();
  await clock.advance(0);
  const energy = { name: 'energy', doc: '', storage: 'file', history: 1, maxAgeMs: 0 } as const;
  await caller.kv.bucket(energy).put('mode', jsonCodec.encode({ mode: 'DEGRADED', brownout_level: 1 }));
  expect(await client.echo({}, { criticality: 'optional' })).toMatchObject({ ok: true });
  await clock.advance(5_000);
  const refused = client.echo({}, { criticality: 'optional' }).catch((error: unknown) => error);
  expect(await refused).toMatchObject({ code: 'throttled', sent: false, details: { reason: 'brownout' } });
  expect(await client.echo({})).toMatchObject({ ok: true });
  expect(seen.echo).toBe(2);
});
