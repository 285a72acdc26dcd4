import { isRecord, MeshError } from '@seedcore/protocol';
import type { Decision } from '@seedcore/resilience';
import type { RecordStep, StepDetail } from './call-record.ts';
import type { AttemptTold, Told } from './call-story.ts';

/** What a record may show of an error. */
export type Showing = {
  /** True where a field's name cannot be part of something sensitive. */
  readonly fields: boolean;
};

/** One step as records have it; nothing for what is not about this call alone. */
export function recordStep({ now, what }: Told, startedAt: number, showing: Showing): RecordStep {
  const { layer, decision } = what;
  return { at_ms: tenths(now - startedAt), layer, decision, detail: detailOf(what, showing) };
}

/** How the call itself ended, where no step before says so: it was refused before the first attempt, or left alone. */
export function lastStep(error: unknown, at: { readonly ms: number }, showing: Showing): RecordStep {
  const code = codeOf(error);
  const sent = error instanceof MeshError ? error.sent : true;
  const decision = code === 'cancelled' ? 'cancelled' : sent ? 'failed' : 'refused';
  return { at_ms: tenths(at.ms), layer: 'call', decision, detail: errorDetail(error, showing) };
}

/** Whether the last step says why the call ended as it did. */
export function explains(step: RecordStep | undefined, error: unknown): boolean {
  if (step === undefined) return false;
  return step.decision === 'refused' || step.detail.code === codeOf(error);
}

/** The code a failure counts as. */
export const codeOf = (error: unknown): string => (error instanceof MeshError ? error.code : 'internal');

/** Milliseconds to one decimal. */
export const tenths = (ms: number): number => Math.round(ms * 10) / 10;

function detailOf(what: Decision | AttemptTold, showing: Showing): StepDetail {
  switch (what.layer) {
    case 'attempt': {
      const { attempt, instance, ms, error } = what;
      const where = { attempt, ...(instance === undefined ? {} : { instance }), ms: tenths(ms) };
      return error === undefined ? where : { ...where, ...errorDetail(error, showing) };
    }
    case 'fallback':
      return { code: what.code, ...(what.ageMs === undefined ? {} : { age_ms: tenths(what.ageMs) }) };
    case 'single_flight':
      return {};
    case 'deadline':
      return { left_ms: tenths(what.leftMs) };
    case 'throttle':
      return { reason: what.reason };
    case 'retry':
      return what.decision === 'wait'
        ? { code: what.code, wait_ms: what.waitMs }
        : { code: what.code, reason: what.reason };
    case 'hedge':
      return what.decision === 'sent' ? { instance: what.instance } : {};
    case 'breaker':
      return {
        ...('retryAfterMs' in what ? { retry_after_ms: what.retryAfterMs } : {}),
        ...(what.reason === undefined ? {} : { reason: what.reason }),
      };
    case 'tokens':
      return { retry_after_ms: what.retryAfterMs };
    case 'bulkhead':
      return what.decision === 'waits' ? { queued: what.queued } : { reason: what.reason };
    case 'instance':
      return { instance: what.from, to: what.to };
  }
}

function errorDetail(error: unknown, { fields }: Showing): StepDetail {
  const code = codeOf(error);
  if (!(error instanceof MeshError)) return { code };
  const details = isRecord(error.details) ? error.details : {};
  const { reason, field } = details;
  return {
    code,
    ...(typeof reason === 'string' && knownReasons.has(reason) ? { reason } : {}),
    ...(fields && typeof field === 'string' ? { field } : {}),
    ...(error.retryAfterMs === undefined ? {} : { retry_after_ms: error.retryAfterMs }),
  };
}

/** Reasons the mesh itself gives in the details of an error. What a handler puts there may be of a body, and stays out. */
const knownReasons: ReadonlySet<string> = new Set([
  'accepts',
  'brownout',
  'connection_lost',
  'evicted',
  'full',
  'idempotency_key_reused',
  'idempotency_key_running',
  'late',
  'no_credit',
  'no_reply',
  'output_mismatch',
  'peer_reconnecting',
  'reply_not_stored',
  'stream_gap',
  'stream_idle',
  'superseded',
]);
