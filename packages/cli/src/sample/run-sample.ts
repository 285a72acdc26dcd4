import type { Mesh } from '@seedcore/mesh';
import type { ServiceName } from '../arguments/service-names.ts';
import type { Surroundings } from '../surroundings.ts';

/** What the sample needs of the mesh it runs on. */
export interface SampleHost {
  readonly mesh: Mesh;
  readonly surroundings: Surroundings;
  /** Process number of a service at this moment. */
  pidOf(name: ServiceName): number;
}

export async function runSample(_host: SampleHost): Promise<void> {}
