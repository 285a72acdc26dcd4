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

/** Why a request gets no answer at all. */
export type DropReason = 'no_reply' | 'reply_not_inbox';

/** A request that may ask for a slot. */
export type Admitted = {
  readonly headers: CallHeaders;
  readonly codec: Codec;
  /** On the clock of this process. */
  readonly deadlineAt: number;
};

/** What admission says about a request before anything of its body is read. */
export type Verdict =
  | { readonly kind: 'admitted'; readonly admitted: Admitted }
  | { readonly kind: 'refused'; readonly error: MeshError; readonly codec: Codec }
  | { readonly kind: 'dropped'; readonly reason: DropReason };

/**
 * Steps 1 to 6 of admission: reply subject, state, headers and codec, size, chain, time left. The first that fails
 * decides, nothing after it runs. A request without a safe reply subject is never answered: the answer could be an
 * order to somebody else.
 */
export function admit(arrival: Arrival, endpoint: ServedEndpoint): Verdict {
  const { reply, headers } = arrival.message;
  if (reply === undefined || reply === '') return { kind: 'dropped', reason: 'no_reply' };
  if (!isInbox(reply)) return { kind: 'dropped', reason: 'reply_not_inbox' };
  const codec = codecOf(headers.get(headerNames.contentType));
  const refused = (error: MeshError): Verdict => ({ kind: 'refused', error, codec: codec ?? jsonCodec });
  if (arrival.refusal !== undefined) return refused(arrival.refusal(endpoint.target));
  if (codec === undefined) return refused(unknownCodec(endpoint.target));
  const read = readCallHeaders(headers, endpoint.target);
  if (read instanceof MeshError) return refused(read);
  const deadlineAt = receiveDeadline(arrival.at, read.deadlineMs ?? endpoint.contract.deadlineMs, arrival.lagMs);
  const error =
    tooLarge(arrival, endpoint) ?? cycle(read, endpoint) ?? tooLate(deadlineAt - arrival.at, arrival, endpoint);
  return error === undefined ? { kind: 'admitted', admitted: { headers: read, codec, deadlineAt } } : refused(error);
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

/** A floor the contract names always holds; the estimate refuses at most a fifth, because it may be wrong. */
function tooLate(leftMs: number, { at }: Arrival, { target, contract, latency, early }: ServedEndpoint) {
  const floorMs = contract.floorMs;
  const late =
    leftMs < 1 || (floorMs === undefined ? early.refuses(leftMs, latency.quantile(0.5), at) : leftMs < floorMs);
  if (!late) return undefined;
  const details = { left_ms: Math.max(0, Math.floor(leftMs)), ...(floorMs === undefined ? {} : { floor_ms: floorMs }) };
  return new MeshError('deadline_exceeded', { target, started: false, details });
}
