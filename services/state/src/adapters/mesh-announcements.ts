import { state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Announcements } from '../ports.ts';
import { memoryAnnouncements } from './memory-announcements.ts';

/** Events of state on the bus. */
export function meshAnnouncements(mesh: Mesh): Announcements {
  return {
    agentChanged: (news) => void mesh.publish(state, 'agent_changed', news),
    agentDeleted: (news) => void mesh.publish(state, 'agent_deleted', news),
    beliefChanged: (news) => void mesh.publish(state, 'belief_changed', news),
    factStored: (news) => void mesh.publish(state, 'fact_stored', news),
    factConflict: (news) => void mesh.publish(state, 'fact_conflict', news),
    recordCorrupt: (news) => void mesh.publish(state, 'record_corrupt', news),
    ...memoryAnnouncements(mesh),
  };
}
