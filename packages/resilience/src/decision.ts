import type { Degraded, MeshErrorCode } from '@seedcore/protocol';
import type { BreakerState, TripReason } from './breaker-status.ts';
import type { StopReason } from './retry.ts';

/** Everything the layers decide about a call beside letting it pass: what metrics count and call records explain. */
export type Decision =
  | {
      readonly layer: 'fallback';
      readonly decision: Degraded['source'];
      /** Why there was no live answer. */
      readonly code: MeshErrorCode;
      /** How old a last good value is; of `cache` alone. */
      readonly ageMs?: number;
    }
  | { readonly layer: 'single_flight'; readonly decision: 'joined' }
  | { readonly layer: 'deadline'; readonly decision: 'refused'; readonly leftMs: number }
  | { readonly layer: 'throttle'; readonly decision: 'refused'; readonly reason: 'brownout' | 'accepts' }
  | { readonly layer: 'retry'; readonly decision: 'wait'; readonly code: MeshErrorCode; readonly waitMs: number }
  | { readonly layer: 'retry'; readonly decision: 'stop'; readonly code: MeshErrorCode; readonly reason: StopReason }
  | { readonly layer: 'hedge'; readonly decision: 'sent'; readonly instance: string }
  | { readonly layer: 'hedge'; readonly decision: 'won' | 'lost' }
  | {
      readonly layer: 'breaker';
      readonly decision: 'refused';
      readonly retryAfterMs: number;
      readonly reason: TripReason | undefined;
    }
  | { readonly layer: 'breaker'; readonly decision: BreakerState; readonly reason: TripReason | undefined }
  | { readonly layer: 'tokens'; readonly decision: 'refused'; readonly retryAfterMs: number }
  | { readonly layer: 'bulkhead'; readonly decision: 'waits'; readonly queued: number }
  | { readonly layer: 'bulkhead'; readonly decision: 'refused'; readonly reason: 'full' | 'evicted' | 'late' }
  | { readonly layer: 'instance'; readonly decision: 'bounce'; readonly from: string; readonly to: string };

/** Told about each decision as it is taken; it must not throw. */
export type Observer = (target: string, decision: Decision) => void;
