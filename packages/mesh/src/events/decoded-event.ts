import { CodecError, codecOf, DEFAULT_MAX_BYTES } from '@seedcore/protocol';

/** What an event says; undefined for bytes that do not decode, which are an event nobody can take. */
export function decodedEvent(data: Uint8Array, contentType: string | undefined): unknown {
  try {
    return codecOf(contentType)?.decode(data, { maxBytes: DEFAULT_MAX_BYTES });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
