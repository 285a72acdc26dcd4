import { childTrace, type Random, type Trace } from '@seedcore/protocol';
import type { PreparedCall } from '../client/prepared-call.ts';
import { lastDecision } from './decision-text.ts';
import { messaging } from './messaging.ts';
import type { Tracing } from './tracing.ts';

/** What every attempt is traced with. */
export type AttemptTracing = { readonly tracing: Tracing; readonly random: Random };

/** How an attempt went; times in ms on the clock of this process. */
export type AttemptEnd = {
  readonly attempt: number;
  readonly instance: string | undefined;
  readonly code: string;
  readonly startedAt: number;
  readonly endedAt: number;
};

/** The span of one attempt of a recorded call: its id travels with the request, so that the callee's is part of it. */
export class AttemptSpan {
  readonly trace: Trace;
  readonly #parentId: string;
  readonly #tracing: Tracing;
  readonly #prepared: PreparedCall;
  /** Why it is made, where it is not simply the first. */
  readonly #because: readonly string[] | undefined;

  private constructor(prepared: PreparedCall, within: Trace, { tracing, random }: AttemptTracing) {
    this.trace = childTrace(within, random);
    this.#parentId = within.spanId;
    this.#tracing = tracing;
    this.#prepared = prepared;
    this.#because = lastDecision(prepared.call.story?.told);
  }

  /** The span of an attempt that begins; undefined unless its call is recorded. */
  static begin(prepared: PreparedCall, ports: AttemptTracing): AttemptSpan | undefined {
    const { given } = prepared.call;
    return ports.tracing.on && given?.sampled ? new AttemptSpan(prepared, given, ports) : undefined;
  }

  /** The attempt is over. */
  end({ attempt, instance, code, startedAt, endedAt }: AttemptEnd): void {
    const { target, body } = this.#prepared;
    const errorType = code === 'answer' ? undefined : code;
    this.#tracing.ended({
      name: 'attempt',
      kind: 'client',
      trace: this.trace,
      parentId: this.#parentId,
      startedAt,
      endedAt,
      failed: errorType !== undefined && errorType !== 'cancelled',
      attributes: {
        ...messaging({ operation: 'attempt', destination: target.subject, bytes: body.length }),
        'sc.attempt': attempt,
        'sc.instance': instance,
        'sc.decision': this.#because,
        'error.type': errorType,
      },
    });
  }
}
