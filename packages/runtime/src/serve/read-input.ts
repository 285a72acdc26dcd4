import type { Payloads, PayloadWait } from '@seedcore/mesh';
import {
  badInput,
  badRequest,
  type Codec,
  CodecError,
  headerNames,
  MeshError,
  type PayloadRef,
  validate,
} from '@seedcore/protocol';
import type { ServedEndpoint } from '../served/served-endpoint.ts';

/**
 * Decodes and validates the body of a request: defaults filled in, nothing unknown in it.
 *
 * @throws MeshError `bad_request` naming the field
 */
export function readInput(data: Uint8Array, codec: Codec, { contract, target }: ServedEndpoint): unknown {
  const checked = validate(contract.input, decode(data, codec, { target, maxBytes: contract.maxBytes }));
  if (!checked.ok) throw badInput(target, checked.problems);
  return checked.value;
}

/** A body that is elsewhere, and how to get it. */
export type LargeInput = PayloadWait & { readonly ref: PayloadRef; readonly codec: Codec; readonly payloads: Payloads };

/**
 * The same of a body that only says where it is; size, bucket and hash are checked before it is decoded.
 *
 * @throws MeshError `bad_request` naming the header or the field
 */
export async function readLargeInput(
  { ref, codec, payloads, until, signal }: LargeInput,
  endpoint: ServedEndpoint,
): Promise<unknown> {
  const { maxBytes } = endpoint.contract;
  const data = await payloads.get(ref, { until, signal, maxBytes }).catch((cause: unknown) => {
    if (cause instanceof CodecError) throw badRequest(endpoint.target, headerNames.ref, cause.message);
    throw cause instanceof MeshError ? notRead(endpoint, cause) : cause;
  });
  return readInput(data, codec, endpoint);
}

/** Nothing has run: asking again is safe, whatever the endpoint does. */
function notRead({ target }: ServedEndpoint, cause: MeshError): MeshError {
  const message = `${target}: its body could not be read from ${cause.target}: ${cause.code}`;
  const details = { dependency: cause.target, code: cause.code };
  return new MeshError('unavailable', { target, message, details, started: false, cause });
}

function decode(data: Uint8Array, codec: Codec, { target, maxBytes }: { target: string; maxBytes: number }): unknown {
  try {
    return codec.decode(data, { maxBytes });
  } catch (cause) {
    if (cause instanceof CodecError) throw badRequest(target, cause.field, cause.message);
    throw cause;
  }
}
