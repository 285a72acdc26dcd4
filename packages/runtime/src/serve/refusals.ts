import { MeshError } from '@seedcore/protocol';
import type { DropReason } from '@seedcore/resilience';
import type { Traced } from '../reply/reply-of.ts';

/** Which call is refused. */
export type Refused = Traced & { readonly target: string };

/** Its line is full, it was evicted, or it would be late. */
export const overloaded = (
  { target, trace: { traceId } }: Refused,
  { reason, retryAfterMs }: { readonly reason: DropReason | 'full'; readonly retryAfterMs: number },
): MeshError =>
  new MeshError('overloaded', {
    target,
    started: false,
    retryAfterMs: retryAfterMs || undefined,
    details: { reason },
    traceId,
  });

/** While it waited its time ran out; nothing ran. */
export const notStarted = ({ target, trace: { traceId } }: Refused, leftMs: number): MeshError =>
  new MeshError('deadline_exceeded', { target, started: false, details: { left_ms: Math.floor(leftMs) }, traceId });

/** Its deadline passed while its handler ran. */
export const overdue = ({ target, trace: { traceId } }: Refused): MeshError =>
  new MeshError('deadline_exceeded', { target, started: true, traceId });

/** The process ends: `safe` says whether repeating the call does no harm. */
export const shutDown = ({ target, trace: { traceId } }: Refused, safe: boolean): MeshError =>
  new MeshError(safe ? 'draining' : 'timeout', { target, details: { reason: 'shutdown' }, traceId });

/** Nobody waits for it any more. */
export const cancelled = ({ target, trace: { traceId } }: Refused): MeshError =>
  new MeshError('cancelled', { target, traceId });
