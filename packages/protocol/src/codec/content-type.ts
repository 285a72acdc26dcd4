import type { Codec } from './codec.ts';
import { jsonCodec } from './json-codec.ts';
import { msgpackCodec } from './msgpack-codec.ts';

/** Both codecs, JSON first: it is what people type. */
export const codecs: readonly Codec[] = [jsonCodec, msgpackCodec];

/** The codec a `Content-Type` names; undefined for a type nobody here speaks. */
export function codecOf(contentType: string | undefined): Codec | undefined {
  if (contentType === undefined) return jsonCodec;
  return codecs.find(({ type }) => type === contentType) ?? loosely(contentType);
}

/** As others write it: in capitals, with parameters, by an older name. */
function loosely(contentType: string): Codec | undefined {
  const type = contentType.toLowerCase().split(';')[0]?.trim();
  if (type === '' || type === '*/*' || type === 'application/json') return jsonCodec;
  return type === 'application/msgpack' || type === 'application/x-msgpack' ? msgpackCodec : undefined;
}
