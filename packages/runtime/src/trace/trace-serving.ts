import { messaging, type Tracing } from '@seedcore/mesh';
import { type Clock, childTrace, meshErrors, type Random, type Trace } from '@seedcore/protocol';
import { replyCode, type ServerReply } from '../reply/reply.ts';
import { type Ended, type ServeObserver, silentObserver } from '../serve/serve-observer.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** What requests are traced with. */
export type TraceServingPorts = {
  readonly tracing: Tracing;
  readonly clock: Clock;
  readonly random: Random;
  readonly instance: string;
};

/** Makes a span of every request that belongs to a recorded trace, when it is answered, refused or cancelled. */
export function traceServing(ports: TraceServingPorts): ServeObserver {
  return {
    ...silentObserver,
    replied: ({ endpoint, reply, ...ended }) => trace(ports, endpoint, { ...ended, reply }),
    cancelled: (endpoint, ended) => trace(ports, endpoint, { ...ended, reply: undefined }),
  };
}

type Served = Ended & { readonly reply: ServerReply | undefined };

function trace(
  { tracing, clock, random, instance }: TraceServingPorts,
  endpoint: ServedEndpoint,
  served: Served,
): void {
  const { headers, reply, received, ms } = served;
  const parent = headers?.trace ?? served.within;
  const own = isRecorded(served, parent, tracing) ? ownTrace(served, parent, random) : undefined;
  if (own === undefined) return;
  const endedAt = clock.now();
  tracing.ended({
    name: `serve ${endpoint.target}`,
    kind: 'server',
    trace: own,
    parentId: parent?.spanId,
    startedAt: endedAt - ms,
    endedAt,
    failed: reply?.kind === 'error' && meshErrors[reply.error.code].kind !== 'caller',
    attributes: {
      ...messaging({ operation: 'serve', destination: endpoint.subject, bytes: received?.data.length }),
      'sc.attempt': headers?.attempt,
      'sc.instance': instance,
      'sc.criticality': headers === undefined ? undefined : (headers.criticality ?? endpoint.contract.criticality),
      'sc.degraded': reply?.kind === 'value' ? reply.degradedSource : undefined,
      'error.type': errorType(reply),
    },
  });
}

/** A request that came without a trace is judged by its id, as by whoever called. */
function isRecorded({ call }: Served, parent: Trace | undefined, tracing: Tracing): boolean {
  return parent?.sampled ?? (call !== undefined && tracing.samples(call));
}

/** What its handler had for a trace; of a request that was refused before it had any, a place within the one it came with. */
function ownTrace({ headers, traced }: Served, parent: Trace | undefined, random: Random): Trace | undefined {
  if (headers === undefined) return parent && childTrace(parent, random);
  return traced && { traceId: traced.trace.traceId, spanId: traced.trace.spanId, sampled: true };
}

function errorType(reply: ServerReply | undefined): string | undefined {
  if (reply === undefined) return 'cancelled';
  return reply.kind === 'value' ? undefined : replyCode(reply);
}
