import type { Brownout } from '@seedcore/mesh';
import {
  badRequest,
  type CallHeaders,
  type Codec,
  codecOf,
  codecs,
  headerNames,
  isInbox,
  jsonCodec,
  MAX_HOPS,
  MeshError,
  readCallHeaders,
} from '@seedcore/protocol';
import { receiveDeadline } from '@seedcore/resilience';
import type { ServedEndpoint } from '../served/served-endpoint.ts';
import type { Arrival } from './arrival.ts';
import type { InboxSkew } from './inbox-skew.ts';
import { shed } from './shed.ts';
import { tooLate } from './too-late.ts';

/** Why a request gets no answer at all. */
export type DropReason = 'no_reply' | 'reply_not_inbox';

/** A request that may ask for a slot. */
export type Admitted = {
  readonly headers: CallHeaders;
  readonly codec: Codec;
  /** On the clock of this process. */
  readonly deadlineAt: number;
};

/** What admission goes by beside the request itself. */
export type AdmissionPorts = { readonly skew: InboxSkew; readonly brownout: Brownout };

/** What admission says about a request before anything of its body is read. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly admitted: Admitted }
  | { readonly kind: 'refused'; readonly error: MeshError; readonly codec: Codec; readonly reason: string }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/**
 * Steps 1 to 7 of admission: reply subject, state, headers and codec, size, chain, time left, brownout. The first that fails
 * decides, nothing after it runs. A request without a safe reply subject is never answered: the answer could be an
 * order to somebody else. Only an endpoint that is declared `oneway` takes a request that names none.
 */
export function admit(arrival: Arrival, endpoint: ServedEndpoint, { skew, brownout }: AdmissionPorts): Verdict {
  const { reply, headers } = arrival.message;
  if (reply === undefined || reply === '') {
    if (!endpoint.contract.oneway) return { kind: 'dropped', reason: 'no_reply' };
  } else if (!isInbox(reply)) return { kind: 'dropped', reason: 'reply_not_inbox' };
  const codec = codecOf(headers.get(headerNames.contentType));
  const refused = (error: MeshError, reason: string = error.code): Verdict => ({
    kind: 'refused',
    error,
    codec: codec ?? jsonCodec,
    reason,
  });
  if (arrival.refusal !== undefined) return refused(arrival.refusal(endpoint.target));
  if (codec === undefined) return refused(unknownCodec(endpoint.target));
  const read = readCallHeaders(headers, endpoint.target);
  if (read instanceof MeshError) return refused(read);
  const deadlineAt = receiveDeadline(arrival.at, read.deadlineMs ?? endpoint.contract.deadlineMs, arrival.lagMs);
  const timed = { arrival, headers: read, leftMs: deadlineAt - arrival.at, skew };
  const error = tooLarge(arrival, endpoint) ?? cycle(read, endpoint) ?? tooLate(endpoint, timed);
  if (error !== undefined) return refused(error);
  const overload = shed(endpoint, { headers: read, reply: reply ?? String(arrival.at), brownout });
  if (overload !== undefined) return refused(overload, 'brownout');
  return { kind: 'admitted', admitted: { headers: read, codec, deadlineAt } };
}

function unknownCodec(target: string): MeshError {
  const known = codecs.map(({ type }) => type).join(' or ');
  return badRequest(target, headerNames.contentType, `expected ${known}`);
}

function tooLarge({ message }: Arrival, { target, contract }: ServedEndpoint): MeshError | undefined {
  if (message.data.length <= contract.maxBytes) return undefined;
  return badRequest(target, '', `body of ${message.data.length} bytes is larger than ${contract.maxBytes}`);
}

/** What a service answers about itself calls nobody: it may be asked by anybody, itself included. */
function cycle({ chain }: CallHeaders, { target, service, builtin }: ServedEndpoint): MeshError | undefined {
  if (builtin) return undefined;
  if (!chain.includes(service) && chain.length < MAX_HOPS) return undefined;
  const why = chain.includes(service) ? `${service} is in its chain already` : `its chain has ${chain.length} hops`;
  const message = `${target}: ${why}`;
  return new MeshError('cycle_refused', { target, message, started: false, details: { chain } });
}
