import type { Mesh } from '@seedcore/mesh';
import { event, service } from '@seedcore/protocol';
import { z } from 'zod';
import type { Identity } from '../identity.ts';

/** What every service announces beside the events of its contract, at `<ns>.evt.<service>.config_rejected`. */
const hostEvents = ({ service: name, version }: Identity) =>
  service(name, {
    doc: 'Told by the host of a service.',
    version,
    endpoints: {},
    events: {
      config_rejected: event({
        doc: 'A setting is not used; the last good one holds.',
        data: z.strictObject({ key: z.string(), reason: z.string(), instance: z.string() }),
        kind: 'lossy',
      }),
    },
  });

/** Publishes an event for each setting that is not used. */
export function announceRejected(mesh: Mesh, identity: Identity): void {
  const events = hostEvents(identity);
  const { instance } = identity;
  mesh.observe({
    configRejected: (key, reason) => void mesh.publish(events, 'config_rejected', { key, reason, instance }),
  });
}
