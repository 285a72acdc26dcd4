import { state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { MemoryAnnouncements } from '../memory-ports.ts';

/** Events of memories on the bus. */
export function memoryAnnouncements(mesh: Mesh): MemoryAnnouncements {
  return {
    memoryStored: (news) => void mesh.publish(state, 'memory_stored', news),
    flashbulb: (news) => void mesh.publish(state, 'flashbulb', news),
    memoryReplaced: (news) => void mesh.publish(state, 'memory_replaced', news),
    memoryEvicted: (news) => void mesh.publish(state, 'memory_evicted', news),
  };
}
