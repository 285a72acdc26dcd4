import { deflateRawSync, inflateRawSync } from 'node:zlib';
import { z } from 'zod';

/** JSON text longer than this is deflated, in characters. */
const DEFLATED_ABOVE = 16_384;
/** What deflated bytes may become, in bytes: a small record must not unfold without end. */
const MOST_INFLATED_BYTES = 2_097_152;

/** JSON as it is, or deflated (RFC 1951) and in base64. */
export const packedJson = z.union([z.strictObject({ plain: z.json() }), z.strictObject({ deflated: z.base64() })]);

/** JSON as it is kept. */
export type PackedJson = z.output<typeof packedJson>;

/** Packs what is large, if that makes it smaller. */
export function packJson(value: z.core.util.JSONType): PackedJson {
  const text = JSON.stringify(value);
  if (text.length <= DEFLATED_ABOVE) return { plain: value };
  const deflated = deflateRawSync(text).toString('base64');
  return deflated.length < text.length ? { deflated } : { plain: value };
}

/** @throws Error when it does not unfold, or into more than is allowed, or is not JSON */
export function unpackJson(packed: PackedJson): z.core.util.JSONType {
  if ('plain' in packed) return packed.plain;
  const bytes = inflateRawSync(Buffer.from(packed.deflated, 'base64'), { maxOutputLength: MOST_INFLATED_BYTES });
  return z.json().parse(JSON.parse(bytes.toString()));
}
