import { childTrace, type Random } from '@seedcore/protocol';
import { codeOf } from '../record/record-step.ts';
import type { CallResult, EndedCall } from '../record/recorder.ts';
import { decisionsOf } from './decision-text.ts';
import { messaging } from './messaging.ts';
import type { Tracing } from './tracing.ts';

/** The span of a call with all its attempts: made when it is over, out of what was kept for its record. */
export function traceCall(tracing: Tracing, ended: EndedCall, { result, now }: CallEnd): void {
  const { target, startedAt, call, prepared } = ended;
  const trace = call?.given;
  if (trace?.sampled !== true) return;
  if ('error' in result) tracing.failed(result.error, trace);
  const errorType =
    'error' in result ? codeOf(result.error) : result.answer.ok ? undefined : result.answer.failure.code;
  tracing.ended({
    name: `call ${target.name}`,
    kind: 'internal',
    trace,
    parentId: call?.within?.spanId,
    startedAt,
    endedAt: now,
    failed: 'error' in result && errorType !== 'cancelled',
    attributes: {
      ...messaging({ operation: 'call', destination: target.subject, bytes: prepared?.body.length }),
      'sc.criticality': call?.criticality,
      'sc.degraded': 'answer' in result && result.answer.ok ? result.answer.degraded?.source : undefined,
      'sc.decision': decisionsOf(call?.story?.told),
      'error.type': errorType,
    },
  });
}

/** How a call ended, and when. */
export type CallEnd = { readonly result: CallResult; readonly now: number };

/** The span of what stood in for an answer, beside the attempts of the recorded call that ended with `error`. */
export function traceFallback(tracing: Tracing, error: Error, { name, source, ...at }: StoodIn): void {
  const trace = tracing.failure(error);
  if (trace === undefined) return;
  const { random, startedAt, endedAt } = at;
  tracing.ended({
    name: `fallback ${name}`,
    kind: 'internal',
    trace: childTrace(trace, random),
    parentId: trace.spanId,
    startedAt,
    endedAt,
    failed: false,
    attributes: { 'sc.degraded': source, 'error.type': codeOf(error) },
  });
}

/** What stood in for which endpoint, and how long that took. */
export type StoodIn = {
  readonly name: string;
  readonly source: string;
  readonly random: Random;
  readonly startedAt: number;
  readonly endedAt: number;
};
