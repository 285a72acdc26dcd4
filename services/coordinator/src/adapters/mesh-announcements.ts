import { coordinator } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Announcements } from '../ports.ts';

/** Events of the coordinator, fired and forgotten. */
export function meshAnnouncements(mesh: Mesh): Announcements {
  return {
    routed({ id, type }, route) {
      void mesh.publish(coordinator, 'task_routed', { id, type, ...route });
    },
    triaged({ triage_id, agent_id, found, decision }, ms) {
      const data = { triage_id, agent_id, anomalies: found, action: decision.action, ms };
      void mesh.publish(coordinator, 'triage_finished', data);
    },
  };
}
