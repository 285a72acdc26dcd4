import { MeshError } from '@seedcore/protocol';

/** The error of an aborted wait: the signal's own MeshError, or `cancelled` with the reason as cause. */
export function cancelledBy(reason: unknown, { target, sent, traceId }: Left): MeshError {
  if (reason instanceof MeshError) return reason;
  return new MeshError('cancelled', { target, sent, traceId, ...(sent ? {} : { started: false }), cause: reason });
}

/** Whose wait it was, and whether anything had left this process. */
export type Left = { readonly target: string; readonly sent: boolean; readonly traceId?: string | undefined };
