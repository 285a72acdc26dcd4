import { errorBodyOf, MeshError } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { errorReply, type FakeReply, fakeWorker } from '../testing/fake-worker.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';

function answering(name: string, reply: FakeReply | undefined, subject?: string) {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(1), ns: 'n' });
  fakeWorker(mesh.transport, subject ?? `n.svc.ml.${name}`, () => reply);
  return { mesh, clock };
}

test('help is text, the others are objects', async () => {
  const help = answering('help', {
    body: new TextEncoder().encode('ml 1.0.0'),
    headers: [['Content-Type', 'text/plain']],
  });
  expect(await help.mesh.builtin('ml', 'help')).toBe('ml 1.0.0');
  const health = answering('health', { body: { ready: true } });
  expect(await health.mesh.builtin('ml', 'health')).toEqual({ ready: true });
});

test('one instance can be asked', async () => {
  const { mesh } = answering('info', { body: { instance: 'ml-1' } }, 'n.inst.ml.ml-1.info');
  expect(await mesh.builtin('ml', 'info', { instance: 'ml-1' })).toEqual({ instance: 'ml-1' });
});

test('nobody there, no answer in two seconds, no object, an error of its own: each is a MeshError', async () => {
  const failing = async (reply: FakeReply | undefined, ms = 0) => {
    const { mesh, clock } = answering('health', reply);
    const failure = mesh.builtin('ml', 'health').catch((error: unknown) => error);
    await clock.advance(ms);
    return failure;
  };
  const { mesh } = answering('other', undefined);
  await expect(mesh.builtin('ml', 'health')).rejects.toMatchObject({ code: 'no_responder', target: 'ml.health' });
  expect(await failing(undefined, 2_000)).toMatchObject({ code: 'timeout' });
  expect(await failing({ body: [1] })).toMatchObject({ code: 'bad_reply' });
  expect(await failing({ body: new Uint8Array([0x7b]) })).toMatchObject({ code: 'bad_reply' });
  const draining = errorReply(errorBodyOf(new MeshError('draining', { target: 'ml' }), { idempotent: true }));
  expect(await failing(draining)).toMatchObject({ code: 'draining', target: 'ml.health' });
});
