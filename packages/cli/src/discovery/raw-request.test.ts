import { memoryMesh } from '@seedcore/mesh/testing';
import { headerNames } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { rawRequest } from './raw-request.ts';

const target = 'billing.total';
const subject = 'seedcore-dev.svc.billing.total';
const encode = (value: unknown) => new TextEncoder().encode(JSON.stringify(value));

function meshWith(answer: (headers: { get(name: string): string | undefined }) => [unknown, [string, string][]]) {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(1) });
  mesh.transport.subscribe(subject, ({ reply, headers }) => {
    const [body, own] = answer(headers);
    if (reply) mesh.transport.publish(reply, encode(body), { headers: own });
  });
  return { mesh, clock };
}

test('an answer comes back, and the service was told how long we wait', async () => {
  const { mesh, clock } = meshWith((headers) => [{ told: headers.get(headerNames.deadlineMs) }, []]);
  const reply = rawRequest(mesh, { target, subject, input: {}, timeoutMs: 5000 });
  await clock.advance(10);
  expect(await reply).toEqual({ ok: true, value: { told: '4900' } });
});

test('an error of the service is a reply', async () => {
  const error = { code: 'conflict', status: 409, message: 'no', retryable: false };
  const { mesh, clock } = meshWith(() => [{ error }, [[headerNames.errorCode, '409']]]);
  const reply = rawRequest(mesh, { target, subject, input: {}, timeoutMs: 5000 });
  await clock.advance(10);
  expect(await reply).toMatchObject({ ok: false, error: { code: 'conflict' } });
});

test('silence ends in a timeout', async () => {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(1) });
  mesh.transport.subscribe(subject, () => undefined);
  const reply = rawRequest(mesh, { target, subject, input: {}, timeoutMs: 5000 });
  const settled = expect(reply).rejects.toMatchObject({ code: 'timeout' });
  await clock.advance(5000);
  await settled;
});
