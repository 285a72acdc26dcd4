import { codecs } from '@seedcore/protocol';
import type { Identity } from '../identity.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** Queue group of every endpoint. */
export const QUEUE_GROUP = 'q';

/** What INFO says about an endpoint can be said before it is served. */
export type Described = Pick<ServedEndpoint, 'name' | 'subject' | 'contract'>;

/** The fields PING, INFO and STATS share. */
function common(identity: Identity) {
  return {
    name: identity.service,
    id: identity.instance,
    version: identity.version,
    metadata: {
      ns: identity.ns,
      'sc.api': '1',
      'sc.contract': identity.contract,
      'sc.codec': codecs.map(({ type }) => type.replace('application/', '')).join(','),
      'sc.inst': '1',
      node: identity.node,
      pid: String(identity.pid),
      host: identity.host,
    },
  };
}

/** Answer to `$SRV.PING`. */
export const pingReply = (identity: Identity) => ({ type: 'io.nats.micro.v1.ping_response', ...common(identity) });

/** Answer to `$SRV.INFO`. */
export function infoReply(identity: Identity, endpoints: readonly Described[]) {
  return {
    type: 'io.nats.micro.v1.info_response',
    ...common(identity),
    description: identity.doc,
    endpoints: endpoints.map(({ name, subject, contract }) => ({
      name,
      subject,
      queue_group: QUEUE_GROUP,
      metadata: {
        doc: contract.doc,
        idempotent: String(contract.idempotent),
        deadline_ms: String(contract.deadlineMs),
        criticality: contract.criticality,
        ...(contract.stream === undefined ? {} : { stream: 'true' }),
        ...(contract.replays ? { replays: 'true' } : {}),
        ...(contract.oneway ? { oneway: 'true' } : {}),
      },
    })),
  };
}

/** Answer to `$SRV.STATS`; times are whole nanoseconds. */
export function statsReply(identity: Identity, endpoints: readonly ServedEndpoint[]) {
  return {
    type: 'io.nats.micro.v1.stats_response',
    ...common(identity),
    started: identity.started,
    endpoints: endpoints.map(({ name, subject, stats, gate }) => ({
      name,
      subject,
      queue_group: QUEUE_GROUP,
      ...stats.wire(),
      data: { in_flight: gate.running, queued: gate.queued, limit: gate.limit },
    })),
  };
}
