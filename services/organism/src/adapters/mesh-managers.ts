import { organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { endingOf } from '../domain/task-ending.ts';
import type { ManagerWire } from '../supervision/managers/manager-ports.ts';

/** What managers tell, and hear of runs and of each other; without a connection nobody hears it. */
export function meshManagers(mesh: Mesh): ManagerWire {
  return {
    warned: (event) => void mesh.publish(organism, 'attempt_warned', event),
    pulse: (pulse) => void mesh.publish(organism, 'pulse', pulse),
    onPulse: (listener) => void mesh.subscribe(organism, 'pulse', (pulse) => listener(pulse)),
    onStarted: (listener) =>
      void mesh.subscribe(organism, 'attempt_started', ({ agent_id: agentId, task_id: taskId, attempt }) =>
        listener({ agentId, taskId, attempt }),
      ),
    onEnded: (listener) =>
      void mesh.subscribe(organism, 'attempt_finished', ({ agent_id: agentId, task_id: taskId, ...outcome }) =>
        listener({ agentId, taskId, ending: endingOf(outcome), ms: outcome.usage.busy_ms }),
      ),
    onIntervened: (listener) =>
      void mesh.subscribe(organism, 'intervention', ({ intern_id, kind }) => listener(intern_id, kind)),
  };
}
