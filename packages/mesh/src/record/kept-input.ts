import { CodecError, type Endpoint, holdsSensitive } from '@seedcore/protocol';
import type { PreparedCall } from '../client/prepared-call.ts';

/** Largest body kept in a record, in bytes. */
export const MAX_INPUT_BYTES = 16_384;

const open = new WeakMap<Endpoint, boolean>();

/** True where nothing an endpoint takes is sensitive, however deep; looked up once per endpoint. */
export function isOpen(endpoint: Endpoint): boolean {
  const known = open.get(endpoint) ?? !holdsSensitive(endpoint.input);
  open.set(endpoint, known);
  return known;
}

/** What a call sent, read back from its body, so that nothing of a caller's is held on to meanwhile. */
export function keptInput({ target, codec, body }: PreparedCall): unknown {
  if (body.length > MAX_INPUT_BYTES || !isOpen(target.endpoint)) return undefined;
  try {
    return codec.decode(body, { maxBytes: MAX_INPUT_BYTES });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
