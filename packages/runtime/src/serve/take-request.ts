import { headerNames, isUlid, parseTraceparent } from '@seedcore/protocol';
import { admit, type Verdict } from '../admission/admit.ts';
import type { Arrival } from '../admission/arrival.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import { answer } from './answer.ts';
import type { ServePorts } from './serve-ports.ts';
import { ServerCall } from './server-call.ts';

/** Takes one request of an endpoint: dropped, refused with an answer, or on its way to the handler. */
export function takeRequest(endpoint: ServedEndpoint, arrival: Arrival, ports: ServePorts): void {
  const verdict = admit(arrival, endpoint, ports.admission);
  if (verdict.kind === 'dropped') ports.observer.dropped(endpoint, verdict.reason);
  else if (verdict.kind === 'refused') refuse(endpoint, arrival, { verdict, ports });
  else new ServerCall(endpoint, arrival, { admitted: verdict.admitted, ports }).enter();
}

type Refusal = { readonly verdict: Extract<Verdict, { kind: 'refused' }>; readonly ports: ServePorts };

function refuse(endpoint: ServedEndpoint, { message, at }: Arrival, { verdict, ports }: Refusal): void {
  const { headers, reply: to } = message;
  const trace = parseTraceparent(headers.get(headerNames.traceparent));
  // Refused perhaps because of this very header: only an id reaches the log.
  const named = headers.get(headerNames.call) ?? '';
  const call = isUlid(named) ? named : undefined;
  const now = ports.clock.now();
  const ms = now - at;
  const reported = call !== undefined && verdict.error.code === 'overloaded';
  const load = reported ? ports.load.due(endpoint, { now, workMs: ms, refusal: true }) : undefined;
  const error = { kind: 'error', error: verdict.error } as const;
  const traced = { trace: trace ?? UNTRACED };
  const envelope = { codec: verdict.codec, endpoint, traced, load, frame: undefined, endsAt: at };
  const reply = to === undefined ? error : answer(error, { ...envelope, to }, ports);
  endpoint.stats.request(ms);
  ports.observer.refused(endpoint, verdict.reason);
  ports.observer.replied({
    endpoint,
    reply,
    ms,
    call,
    traced: trace === undefined ? undefined : traced,
    headers: undefined,
    within: trace,
  });
}

/** What was refused before its headers could be read belongs to no trace. */
const UNTRACED = { traceId: 'none', spanId: 'none' };
