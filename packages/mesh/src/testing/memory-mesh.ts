import { type Checking, type Subjects, subjects } from '@seedcore/protocol';
import { BusMesh } from '../bus-mesh.ts';
import type { Mesh } from '../mesh.ts';
import type { MeshParts } from '../mesh-parts.ts';
import { Observers } from '../report/observer.ts';
import type { BusPorts, MemoryBus } from './memory-bus.ts';
import { MemoryKv } from './memory-kv.ts';
import { MemoryPayloads } from './memory-payloads.ts';
import { type MemoryTransport, memoryTransport } from './memory-transport.ts';

/** Options of a mesh in memory; meshes given the same `bus` reach each other. */
export type MemoryMeshOptions = BusPorts & {
  readonly bus?: MemoryBus | undefined;
  readonly ns?: string | undefined;
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly checking?: Checking | undefined;
};

/** A mesh without a network, with its faults at hand. */
export type MemoryMesh = Omit<Mesh, 'transport' | 'payloads'> & {
  readonly transport: MemoryTransport;
  readonly payloads: MemoryPayloads;
};

/** A mesh over a bus in memory, connected from the start. */
export function memoryMesh(options: MemoryMeshOptions): MemoryMesh {
  const { clock, random, bus, ns, service, instance, checking } = options;
  const observers = new Observers();
  const report = (where: string, error: unknown) => observers.defect(where, error);
  const transport = memoryTransport({ clock, random, bus, user: service, report });
  const space = ns ?? 'seedcore-test';
  const kv = (wire: { readonly subjects: Subjects }) =>
    new MemoryKv({ buckets: transport.bus.buckets, subjects: wire.subjects, transport, clock, report });
  const payloads = new MemoryPayloads(subjects(space).bucket('payloads'), transport.bus.bodies);
  return new Attached({ ns: space, service, instance, checking, transport, clock, random, observers, kv, payloads });
}

type AttachedParts = MeshParts & { readonly transport: MemoryTransport; readonly payloads: MemoryPayloads };

class Attached extends BusMesh implements MemoryMesh {
  override readonly transport: MemoryTransport;
  readonly #payloads: MemoryPayloads;

  constructor(parts: AttachedParts) {
    super(parts);
    this.transport = parts.transport;
    this.#payloads = parts.payloads;
    this.transport.belongTo(this.instance);
  }

  override get payloads(): MemoryPayloads {
    return this.#payloads;
  }
}
