import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { BusMesh } from '../bus-mesh.ts';
import { echo } from '../testing/echo-contract.ts';
import { MemoryEvents } from '../testing/memory-events.ts';
import { memoryTransport } from '../testing/memory-transport.ts';

const missing = {
  code: 'unavailable',
  message: 'echo.promised is durable, and the broker has no JetStream to keep it',
};

function onBroker(apiLevel: number | undefined) {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const transport = memoryTransport(ports);
  const broker = () => ({ name: 'plain', version: '2.15.1', apiLevel });
  const mesh = new BusMesh({ ...ports, ns: 'seedcore-test', transport, broker });
  mesh.keepEventsIn(new MemoryEvents(ports.clock));
  return { mesh, transport };
}

test('on a broker without JetStream a durable event is refused, in words, and so is joining a group', async () => {
  const { mesh } = onBroker(undefined);
  await expect(mesh.publish(echo, 'promised', { word: 'a' })).rejects.toMatchObject(missing);
  expect(() => mesh.subscribe(echo, 'promised', () => {}, { group: 'scribes' })).toThrow(
    expect.objectContaining(missing),
  );
  expect(mesh.publish(echo, 'said', { word: 'a' })).toBe(true);
});

test('while the connection is down nobody knows: a group may be joined, and waits', async () => {
  const { mesh, transport } = onBroker(undefined);
  transport.disconnect();
  expect(mesh.subscribe(echo, 'promised', () => {}, { group: 'scribes' })).toBeDefined();
  expect(onBroker(3).mesh.subscribe(echo, 'promised', () => {}, { group: 'scribes' })).toBeDefined();
});
