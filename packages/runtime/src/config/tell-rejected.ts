import type { Mesh } from '@seedcore/mesh';
import { event, service } from '@seedcore/protocol';
import { z } from 'zod';
import type { Identity } from '../identity.ts';
import type { Log } from '../log/log.ts';
import { metricOf } from '../metrics/metric-table.ts';
import type { Metrics } from '../metrics/metrics.ts';

/** Who tells, and where. */
export type Telling = {
  readonly mesh: Mesh;
  readonly identity: Identity;
  readonly log: Log;
  readonly metrics: Metrics;
};

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
      }),
    },
  });

/** Says in log, metric and event that a setting is not used. */
export function tellRejected({ mesh, identity, log, metrics }: Telling): void {
  const rejected = metrics.counter(metricOf('config_rejected_total')).of({});
  const events = hostEvents(identity);
  mesh.observe({
    configRejected: (key, reason) => {
      rejected.add();
      log.warn({ key, reason }, 'setting not used');
      mesh.publish(events, 'config_rejected', { key, reason, instance: identity.instance });
    },
  });
}
