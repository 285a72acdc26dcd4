import { CodecError, MAX_BODY_BYTES, type PayloadRef } from '@seedcore/protocol';

/**
 * Checks a reference before anything is read.
 *
 * @throws CodecError when it names another bucket or announces more bytes than are allowed
 */
export function checkRef(ref: PayloadRef, { bucket, maxBytes }: { bucket: string; maxBytes: number }): void {
  if (ref.bucket !== bucket) throw new CodecError(`reference to bucket "${ref.bucket}", not ${bucket}`);
  const limit = Math.min(maxBytes, MAX_BODY_BYTES);
  if (ref.size > limit) throw new CodecError(`body of ${ref.size} bytes is larger than ${limit}`);
}

/** @throws CodecError when what was read is not what was announced */
export function checkFound(ref: PayloadRef, found: { readonly size: number; readonly sha256: string }): void {
  if (found.size !== ref.size) throw new CodecError(`referenced body has ${found.size} bytes, not ${ref.size}`);
  if (found.sha256 !== ref.sha256) throw new CodecError('referenced body has another SHA-256');
}

/** What a reference points to is not there. */
export const gone = (ref: PayloadRef): CodecError => new CodecError(`referenced body ${ref.name} is gone`);
