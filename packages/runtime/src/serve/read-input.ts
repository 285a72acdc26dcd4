import { badInput, badRequest, type Codec, CodecError, validate } from '@seedcore/protocol';
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

function decode(data: Uint8Array, codec: Codec, { target, maxBytes }: { target: string; maxBytes: number }): unknown {
  try {
    return codec.decode(data, { maxBytes });
  } catch (cause) {
    if (cause instanceof CodecError) throw badRequest(target, cause.field, cause.message);
    throw cause;
  }
}
