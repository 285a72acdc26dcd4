import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { type FakeHandler, fakeWorker } from './fake-worker.ts';
import { MemoryBus } from './memory-bus.ts';
import { memoryMesh } from './memory-mesh.ts';
import { memoryTransport } from './memory-transport.ts';

/** Two instances of `echo` that are asked by name, and a mesh that knows them. */
export async function twoInstances(handlers: { readonly e1: FakeHandler; readonly e2: FakeHandler }) {
  const ports = { clock: new VirtualClock(), random: new SeededRandom(5) };
  const bus = new MemoryBus(ports);
  const mesh = memoryMesh({ ...ports, bus, service: 'asker' });
  for (const [id, handler] of Object.entries(handlers)) {
    const transport = memoryTransport({ ...ports, bus });
    const queue = mesh.subjects.endpoint('echo', 'say');
    const endpoints = [{ name: 'say', subject: queue, queue_group: 'q' }];
    const info = { name: 'echo', id, version: '1.0.0', metadata: { 'sc.inst': '1' }, endpoints };
    transport.subscribe('$SRV.INFO.echo', ({ reply = '' }) =>
      transport.publish(reply, new TextEncoder().encode(JSON.stringify(info))),
    );
    fakeWorker(transport, mesh.subjects.instance('echo', id, 'say'), handler);
  }
  mesh.instances('echo');
  await ports.clock.advance(1_000);
  return { clock: ports.clock, mesh };
}
