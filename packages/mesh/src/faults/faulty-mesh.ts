import { BusMesh } from '../bus-mesh.ts';
import type { MeshParts } from '../mesh-parts.ts';
import type { Observers } from '../report/observer.ts';
import { FaultyTransport, type FaultyTransportParts } from './faulty-transport.ts';
import { SwitchedFaults } from './switched-faults.ts';

/** A mesh that suffers the faults operators write into its settings. */
export function faultyMesh(
  parts: MeshParts & { readonly observers: Observers },
  { kill }: { readonly kill: () => void },
): BusMesh {
  const { ns, transport, clock, random, observers } = parts;
  const report = (where: string, error: unknown) => observers.defect(where, error);
  const befallen: FaultyTransportParts['befallen'] = (kind) => observers.befallen(kind);
  const faulty = new FaultyTransport({ transport, ns, clock, random, report, befallen, kill });
  const faults = new SwitchedFaults(faulty, observers);
  const mesh = new BusMesh({ ...parts, transport: faulty, faults: () => faults.troubles() });
  faults.follow(mesh);
  return mesh;
}
