import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { CONFIG_BUCKET } from '../config/mesh-config.ts';
import { Observers } from '../report/observer.ts';
import { MemoryBus } from '../testing/memory-bus.ts';
import { MemoryKv } from '../testing/memory-kv.ts';
import { memoryMesh } from '../testing/memory-mesh.ts';
import { memoryTransport } from '../testing/memory-transport.ts';
import { faultyMesh } from './faulty-mesh.ts';

/** A process that is the service `ml` and was started with faults, and an operator. */
function bed() {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const bus = new MemoryBus(ports);
  const operator = memoryMesh({ ...ports, bus });
  const observers = new Observers();
  const told: (readonly string[])[] = [];
  const rejected: string[] = [];
  observers.add({
    faults: (texts) => told.push(texts),
    configRejected: (key, reason) => rejected.push(`${key}: ${reason}`),
  });
  const transport = memoryTransport({ ...ports, bus });
  const mesh = faultyMesh(
    {
      ...ports,
      ns: operator.ns,
      service: 'ml',
      instance: 'ml-1',
      transport,
      observers,
      kv: ({ subjects }) =>
        new MemoryKv({ buckets: bus.buckets, subjects, transport, clock: ports.clock, report: () => {} }),
    },
    { kill: () => {} },
  );
  mesh.config.complete(['chat']);
  const settings = operator.kv.bucket(CONFIG_BUCKET);
  const put = async (key: string, text: string) => {
    await settings.put(key, new TextEncoder().encode(text));
    await ports.clock.advance(0);
  };
  const remove = async (key: string) => {
    await settings.delete(key);
    await ports.clock.advance(0);
  };
  return { ...ports, operator, mesh, told, rejected, put, remove };
}

test('faults are on while the key is there, and everybody who asks is told', async () => {
  const { mesh, told, put, remove, operator, clock } = bed();
  await clock.advance(0);
  const seen: string[] = [];
  mesh.transport.subscribe(`${mesh.ns}.svc.ml.chat`, ({ subject }) => seen.push(subject));
  const ask = async () => {
    operator.transport.publish(`${mesh.ns}.svc.ml.chat`, new Uint8Array(0));
    await clock.advance(0);
    return seen.length;
  };
  await put('ml.faults', '{"kind":"drop","target":"ml.chat"}');
  expect(await ask()).toBe(0);
  expect(mesh.troubles()).toEqual(['faults are on: drop target ml.chat']);
  await remove('ml.faults');
  expect(await ask()).toBe(1);
  expect(mesh.troubles()).toEqual([]);
  expect(told).toEqual([['drop target ml.chat'], []]);
});

test.each([
  ['{"kind":"delay","target":"ml.chat"}', '/0/ms: '],
  ['{"kind":"drop"}', '/0: must name either a subject or a target'],
  ['{"kind":"drop","target":"ml","subject":"a.b"}', '/0: must name either a subject or a target'],
  ['{"kind":"drop","target":"ml","share":0}', '/0/share: '],
  ['[{"kind":"slow","factor":2},{"kind":"slow","factor":0.5}]', '/1/factor: '],
  ['{"kind":"kill"}', '/0/instance: '],
  ['{"kind":"explode"}', '/0/kind: '],
  ['{"kind":"partition","between":["a"]}', '/0/between'],
  ['{"kind":"drop","target":"ml","shre":1}', '/0/shre: '],
])('%s is not used, and the field that is wrong is named', async (text, named) => {
  const { mesh, rejected, put } = bed();
  await put('mesh.faults', '{"kind":"slow","factor":2}');
  await put('mesh.faults', text);
  expect(rejected).toHaveLength(1);
  expect(rejected[0]).toContain(`mesh.faults: ${named}`);
  expect(mesh.troubles()[0]).toBe('faults are on: slow factor 2');
});

test('a process that was not started for it refuses the key, and says how', async () => {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(1) };
  const mesh = memoryMesh({ ...ports, service: 'ml' });
  mesh.config.complete(['chat']);
  await mesh.kv.bucket(CONFIG_BUCKET).put('ml.faults', new TextEncoder().encode('{"kind":"drop","target":"ml"}'));
  await ports.clock.advance(0);
  expect(mesh.troubles()).toEqual(['setting ml.faults is not used: faults are off: start with SEEDCORE_FAULTS=1']);
});
