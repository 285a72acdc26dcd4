import { isRecord, MeshError } from '@seedcore/protocol';

const REASON = 'storage_full';

/** The broker has no room left for what it was asked to store: nothing was written. */
export function storageFull(target: string, details: Readonly<Record<string, unknown>> = {}): MeshError {
  const message = `${target}: the broker's storage is full`;
  return new MeshError('unavailable', { target, message, details: { ...details, reason: REASON } });
}

/** True for {@link storageFull}. */
export const isStorageFull = (error: unknown): error is MeshError =>
  error instanceof MeshError && isRecord(error.details) && error.details['reason'] === REASON;
