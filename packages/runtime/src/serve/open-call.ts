import type { Tracing } from '@seedcore/mesh';
import { type CallPorts, childTrace, OpenCall, traceOfCall, ulid } from '@seedcore/protocol';
import type { Admitted } from '../admission/admit.ts';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/** What a call is opened with. */
export type OpenCallPorts = CallPorts & { readonly tracing: Tracing };

/** The call a handler sees: one span further in, this service added to its chain. */
export function openCall(
  { target, service, contract }: ServedEndpoint,
  { headers, deadlineAt }: Admitted,
  ports: OpenCallPorts,
): OpenCall {
  const { clock, random, tracing } = ports;
  const id = headers.call ?? ulid(clock, random);
  return new OpenCall(
    {
      id,
      target,
      deadlineAt,
      trace: () => childTrace(headers.trace ?? tracing.recordedRoot(id) ?? traceOfCall(id), random),
      chain: [...headers.chain, service],
      attempt: headers.attempt,
      criticality: headers.criticality ?? contract.criticality,
      idempotencyKey: headers.idempotencyKey,
    },
    { clock, random },
  );
}
