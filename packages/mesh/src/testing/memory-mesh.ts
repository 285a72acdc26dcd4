import type { Subjects } from '@seedcore/protocol';
import { BusMesh } from '../bus-mesh.ts';
import type { Mesh } from '../mesh.ts';
import { Observers } from '../report/observer.ts';
import type { BusPorts, MemoryBus } from './memory-bus.ts';
import { MemoryKv } from './memory-kv.ts';
import { type MemoryTransport, memoryTransport } from './memory-transport.ts';

/** Options of a mesh in memory; meshes given the same `bus` reach each other. */
export type MemoryMeshOptions = BusPorts & {
  readonly bus?: MemoryBus | undefined;
  readonly ns?: string | undefined;
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
};

/** A mesh without a network, with its faults at hand. */
export type MemoryMesh = Omit<Mesh, 'transport'> & { readonly transport: MemoryTransport };

/** A mesh over a bus in memory, connected from the start. */
export function memoryMesh(options: MemoryMeshOptions): MemoryMesh {
  const { clock, random, bus, ns, service, instance } = options;
  const observers = new Observers();
  const report = (where: string, error: unknown) => observers.defect(where, error);
  const transport = memoryTransport({ clock, random, bus, user: service, report });
  const kv = ({ subjects }: { readonly subjects: Subjects }) =>
    new MemoryKv({ buckets: transport.bus.buckets, subjects, transport, clock, report });
  const parts = { ns: ns ?? 'seedcore-test', service, instance, transport, clock, random, observers, kv };
  return new Attached(parts, transport);
}

class Attached extends BusMesh implements MemoryMesh {
  override readonly transport: MemoryTransport;

  constructor(parts: ConstructorParameters<typeof BusMesh>[0], transport: MemoryTransport) {
    super(parts);
    this.transport = transport;
  }
}
