import type { Mesh } from '@seedcore/mesh';
import { MeshError } from '@seedcore/protocol';
import type { Probe } from '../ports.ts';

const deadlineMs = 1000;

/** Asks any instance of a service whether it is ready. */
export function healthProbe(mesh: Mesh): Probe {
  return async (service) => {
    try {
      const { ready } = await mesh.builtin(service, 'health', { deadlineMs });
      return ready === true;
    } catch (error) {
      if (error instanceof MeshError) return false;
      throw error;
    }
  };
}
