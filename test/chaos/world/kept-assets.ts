import { jetstreamManager } from '@nats-io/jetstream';
import type { NatsConnection } from '@nats-io/transport-node';
import type { Store } from '@seedcore/store';

/** Values kept of each key and subject, so that the whole life of a task can be read afterwards. */
const KEPT = 1_000;

/** Has the broker keep what it would forget as soon as there is something newer: records and results. */
export async function keepHistory(nats: NatsConnection, ns: string): Promise<void> {
  const manager = await jetstreamManager(nats);
  for (const name of [`KV_${ns}_tasks`, `SC_${ns}_RESULTS`])
    await manager.streams.update(name, { max_msgs_per_subject: KEPT });
}

/** A store that takes the streams as they are: bringing them back to what is declared would be refused, as it loses data. */
export function takingAssets(store: Store): Store {
  return Object.assign(store, { provision: async () => [] });
}
