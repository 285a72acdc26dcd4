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
