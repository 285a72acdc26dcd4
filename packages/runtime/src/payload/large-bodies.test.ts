import { formatPayloadRef, MAX_INLINE_BYTES } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { startService } from '../testing/start-service.ts';
import { tellerService } from '../testing/stream-service.ts';

function start() {
  const clock = new VirtualClock();
  const { implementation } = tellerService(clock);
  const service = startService(implementation, { clock, random: new SeededRandom(11) });
  const { bus } = service.mesh.transport;
  const sizes: number[] = [];
  bus.add({
    subject: '>',
    owner: () => 'spy',
    connected: () => true,
    accepts: () => true,
    queue: undefined,
    deliver: ({ data }) => sizes.push(data.length),
  });
  return { clock, service, bus, largest: () => Math.max(...sizes) };
}

/** 5 MiB that hide no repetition. */
const big = Array.from({ length: 524_288 }, (_, i) => String(i).padStart(10, '.')).join('');

const sha = '0'.repeat(64);

/** Puts a body where a reference may point to, and asks with that reference. */
async function askWith(
  { service }: ReturnType<typeof start>,
  change: Partial<{ bucket: string; size: number; sha256: string }>,
) {
  const body = new TextEncoder().encode(JSON.stringify({ text: 'kept elsewhere' }));
  const ref = { ...(await service.mesh.payloads.put(body)), ...change };
  return service.request('mirror', '{"ref":{}}', { 'Sc-Ref': formatPayloadRef(ref) });
}

describe('mesh.A14', () => {
  test('5 MiB pass both ways by reference and leave nothing behind', async () => {
    const { service, clock, bus, largest } = start();
    const reply = await service.mirror({ text: big });
    expect(reply.ok && reply.value.text === big).toBe(true);
    expect(largest()).toBeLessThan(3_000);
    await clock.advance(1);
    expect(bus.bodies.size).toBe(0);
  });

  test('a wrong hash is refused before anything is decoded', async () => {
    const reply = await askWith(start(), { sha256: sha });
    expect(reply.json).toMatchObject({ error: { code: 'bad_request', details: { field: 'Sc-Ref' } } });
    expect(reply.text).toContain('another SHA-256');
  });

  test('a wrong hash of a reply is a bad_reply', async () => {
    const { service, bus } = start();
    const put = bus.bodies.set.bind(bus.bodies);
    let stored = 0;
    bus.bodies.set = (name, body) => put(name, ++stored === 2 ? body.slice().fill(0x20) : body);
    const error = await service.mirror({ text: big }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({ code: 'bad_reply', message: expect.stringContaining('another SHA-256') });
  });
});

test.each([
  ['another bucket', { bucket: 'test_agents' }, 'test_agents'],
  ['another size than announced', { size: 7 }, '7'],
  ['more than the endpoint takes', { size: 16_777_217 }, '16777217'],
  ['more than anybody takes', { size: 99_999_999 }, '99999999'],
])('a reference to %s is refused', async (_what, change, named) => {
  const reply = await askWith(start(), change);
  expect(reply.json).toMatchObject({ error: { code: 'bad_request', details: { field: 'Sc-Ref' } } });
  expect(reply.text).toContain(named);
});

test('a reference that is right is read, also from others', async () => {
  expect((await askWith(start(), {})).json).toEqual({ text: 'kept elsewhere' });
});

test('a body that is gone is refused', async () => {
  const bed = start();
  const ref = { bucket: 'test_payloads', name: 'nobody', size: 3, sha256: sha };
  const reply = await bed.service.request('mirror', '', { 'Sc-Ref': formatPayloadRef(ref) });
  expect(reply.text).toContain('gone');
});

test('a reply nobody reads is deleted when its call has ended', async () => {
  const { service, clock, bus } = start();
  await service.request('mirror', JSON.stringify({ text: 'x'.repeat(300_000) }), { 'Sc-Deadline-Ms': '4000' });
  expect(bus.bodies.size).toBe(1);
  await clock.advance(3_999);
  expect(bus.bodies.size).toBe(1);
  await clock.advance(1);
  expect(bus.bodies.size).toBe(0);
});

test('up to 256 KiB a body travels in its message', async () => {
  const { service, largest, bus } = start();
  const text = 'x'.repeat(MAX_INLINE_BYTES - 11);
  await service.mirror({ text });
  expect([largest(), bus.bodies.size]).toEqual([MAX_INLINE_BYTES, 0]);
});

describe('without JetStream', () => {
  test('what fits into a message travels in it, what does not is refused with both sizes', async () => {
    const { service, largest } = start();
    service.mesh.payloads.available = false;
    const error = await service.mirror({ text: big }).catch((reason: unknown) => reason);
    expect(error).toMatchObject({
      code: 'bad_request',
      sent: false,
      message: expect.stringContaining('body of 5242891 bytes is larger than the broker’s 1048576'.replace('’', "'")),
      details: { bytes: 5_242_891, limit: 1_048_576 },
    });
    const reply = await service.mirror({ text: 'x'.repeat(300_000) });
    expect(reply.ok && reply.value.text.length).toBe(300_000);
    expect(largest()).toBe(300_011);
  });
});
