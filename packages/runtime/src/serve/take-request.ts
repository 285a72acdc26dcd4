import { headerNames, isUlid, parseTraceparent } from '@seedcore/protocol';
import { admit, type Verdict } from '../admission/admit.ts';
import type { Arrival } from '../admission/arrival.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { answer } from './answer.ts';
import { type ServePorts, ServerCall } from './server-call.ts';

/** Takes one request of an endpoint: dropped, refused with an answer, or on its way to the handler. */
export function takeRequest(endpoint: ServedEndpoint, arrival: Arrival, ports: ServePorts): void {
  const verdict = admit(arrival, endpoint);
  if (verdict.kind === 'dropped') ports.observer.dropped(endpoint, verdict.reason);
  else if (verdict.kind === 'refused') refuse(endpoint, arrival, { verdict, ports });
  else new ServerCall(endpoint, arrival, { admitted: verdict.admitted, ports }).enter();
}

type Refusal = { readonly verdict: Extract<Verdict, { kind: 'refused' }>; readonly ports: ServePorts };

function refuse(endpoint: ServedEndpoint, { message, at }: Arrival, { verdict, ports }: Refusal): void {
  const { headers, reply: to } = message;
  if (to === undefined) return;
  const trace = parseTraceparent(headers.get(headerNames.traceparent));
  const envelope = { to, codec: verdict.codec, endpoint, traceId: trace?.traceId ?? 'none', load: undefined };
  const reply = answer({ kind: 'error', error: verdict.error }, envelope, ports);
  const ms = ports.clock.now() - at;
  endpoint.stats.request(ms);
  ports.observer.refused(endpoint, verdict.error.code);
  // Refused perhaps because of this very header: only an id reaches the log.
  const named = headers.get(headerNames.call) ?? '';
  const call = isUlid(named) ? named : undefined;
  ports.observer.replied({
    endpoint,
    reply,
    ms,
    call,
    traceId: trace?.traceId,
    spanId: trace?.spanId,
    headers: undefined,
  });
}
