import type { Mesh } from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';

/** True when an instance of `service` in this namespace answers a ping; `$SRV` is one for all namespaces of a broker. */
export async function pingService(service: string, mesh: Pick<Mesh, 'ns' | 'ping'>): Promise<boolean> {
  try {
    const answers = await mesh.ping(service);
    return answers.some(({ metadata }) => metadata['ns'] === mesh.ns);
  } catch (error) {
    // Without a connection nobody answers; the next round asks again.
    if (error instanceof MeshError) return false;
    throw error;
  }
}
