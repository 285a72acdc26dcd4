import { organism } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { Announcements } from '../ports.ts';

/** Tells the mesh what happens here; without a connection nobody hears it. */
export function meshAnnouncements(mesh: Mesh): Announcements {
  return {
    started(run) {
      void mesh.publish(organism, 'attempt_started', run);
    },
    finished({ result: _, error, ...outcome }, degraded) {
      const { details: __, ...short } = error ?? { code: '', message: '', retryable: false };
      void mesh.publish(organism, 'attempt_finished', {
        ...outcome,
        ...(error === undefined ? {} : { error: short }),
        ...(degraded === undefined ? {} : { degraded }),
      });
    },
    routingChanged({ value, rev }) {
      void mesh.publish(organism, 'routing_changed', { epoch: rev, ...value });
    },
    catalogueChanged({ catalogue_hash, added, changed, removed }) {
      const names = { added: [...added], changed: [...changed], removed: [...removed] };
      void mesh.publish(organism, 'catalogue_changed', { instance: mesh.instance, catalogue_hash, ...names });
    },
    async emitted(event, id) {
      await mesh.publish(organism, 'emitted', event, { id });
    },
    attached(agent) {
      void mesh.publish(organism, 'agent_attached', agent);
    },
    created: (agent) => void mesh.publish(organism, 'agent_created', agent),
    moved: (agent) => void mesh.publish(organism, 'agent_moved', agent),
    suspect: (agent) => void mesh.publish(organism, 'agent_suspect', agent),
    gone: (agent) => void mesh.publish(organism, 'agent_gone', agent),
    evolved: (evolution) => void mesh.publish(organism, 'evolution_finished', evolution),
    host: (state, silence) => void mesh.publish(organism, `host_${state}`, silence),
    archived: (agent) => void mesh.publish(organism, 'agent_archived', agent),
  };
}
