import { MeshError } from '@seedcore/protocol';

/** The error of an aborted call: the signal's own MeshError, or `cancelled` with the reason as cause. */
export function cancelledBy(reason: unknown, facts: { readonly target: string; readonly sent: boolean }): MeshError {
  return reason instanceof MeshError ? reason : new MeshError('cancelled', { ...facts, cause: reason });
}
