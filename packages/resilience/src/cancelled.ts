import { MeshError } from '@seedcore/protocol';

/** The error of an aborted wait: the signal's own MeshError, or `cancelled` with the reason as cause. */
export function cancelledBy(reason: unknown, { target, sent }: { target: string; sent: boolean }): MeshError {
  if (reason instanceof MeshError) return reason;
  return new MeshError('cancelled', { target, sent, ...(sent ? {} : { started: false }), cause: reason });
}
