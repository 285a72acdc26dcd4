import { type Clock, MeshError, newTrace, type Random, ulid } from '@seedcore/protocol';
import type { Answer } from '../client/answer.ts';
import type { CallTarget } from '../client/call-target.ts';
import type { OutgoingCall } from '../client/outgoing-call.ts';
import type { PreparedCall } from '../client/prepared-call.ts';
import type { Observers } from '../report/observer.ts';
import { traceCall } from '../trace/trace-call.ts';
import type { Tracing } from '../trace/tracing.ts';
import { ANSWERED, type CallRecord, DEGRADED, type RecordStep } from './call-record.ts';
import { CallStory } from './call-story.ts';
import { isOpen, keptInput } from './kept-input.ts';
import { RecordLimit } from './record-limit.ts';
import type { RecordLog } from './record-log.ts';
import { RecordRing } from './record-ring.ts';
import { codeOf, explains, lastStep, recordStep, type Showing, tenths } from './record-step.ts';

/** Why calls went as they did, for whoever asks later. */
export interface CallRecords {
  /** The newest of this process, the oldest first. */
  recent(): readonly CallRecord[];
  /** Those of a call or of a trace, wherever they were made within a day, in the order in which they began. */
  find(id: string): Promise<readonly CallRecord[]>;
  /** How many of this process were left out because there were more than fifty in their second. */
  readonly dropped: number;
  /** Keeps a record of a call that was made without a typed client. */
  keep(record: CallRecord): void;
}

/** A call that is over: what there is of it, and how it ended. */
export type EndedCall = {
  readonly target: CallTarget;
  readonly startedAt: number;
  /** Undefined where not even that could be made of what its caller said. */
  readonly call: OutgoingCall | undefined;
  /** Undefined where its input was refused. */
  readonly prepared: PreparedCall | undefined;
};

/** Whoever is told that a call failed. */
export type FailureTaker = Pick<Recorder, 'failed'>;

/** How it ended. */
export type CallResult = { readonly answer: Answer } | { readonly error: unknown };

/** Who records, where, by what time. */
export type RecorderPorts = {
  readonly service: string | undefined;
  readonly instance: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly log: RecordLog;
  readonly tracing: Tracing;
  readonly observers: Pick<Observers, 'recordDropped'>;
};

/**
 * Makes the records of a process: of every call that failed, every degraded answer, and about 1 % of the rest. A declared
 * failure is an answer. Nothing is made for a call before there is something to tell of it.
 */
export class Recorder implements CallRecords {
  readonly #ports: RecorderPorts;
  readonly #limit = new RecordLimit();
  readonly #ring = new RecordRing();

  constructor(ports: RecorderPorts) {
    this.#ports = ports;
  }

  get dropped(): number {
    return this.#limit.dropped;
  }

  /** A call begins. */
  began(call: OutgoingCall): void {
    if (this.#limit.samples()) call.story = new CallStory(true);
  }

  /** A call was answered. */
  answered(ended: EndedCall, answer: Answer): void {
    this.#trace(ended, { answer });
    const degraded = answer.ok && answer.degraded !== undefined;
    if (degraded || ended.call?.story?.sampled === true) this.#end(ended, { answer }, !degraded);
  }

  /** A call failed. */
  failed(ended: EndedCall, error: unknown): void {
    this.#trace(ended, { error });
    this.#end(ended, { error }, false);
  }

  keep(record: CallRecord): void {
    this.#ring.add(record);
    this.#ports.log.keep(record);
  }

  recent(): readonly CallRecord[] {
    return this.#ring.all();
  }

  async find(id: string): Promise<readonly CallRecord[]> {
    const found = new Map<string, CallRecord>();
    for (const one of [...(await this.#ports.log.find(id)), ...this.#ring.find(id)]) found.set(one.call, one);
    return [...found.values()].sort((a, b) => a.started.localeCompare(b.started) || a.call.localeCompare(b.call));
  }

  #trace(ended: EndedCall, result: CallResult): void {
    const { tracing, clock } = this.#ports;
    if (tracing.on) traceCall(tracing, ended, { result, now: clock.now() });
  }

  #end(ended: EndedCall, result: CallResult, sample: boolean): void {
    if (this.#limit.admits(this.#ports.clock.now(), { sample })) this.keep(this.#record(ended, result));
    else this.#ports.observers.recordDropped();
  }

  #record({ target, startedAt, call, prepared }: EndedCall, result: CallResult): CallRecord {
    const { service, instance, clock, random } = this.#ports;
    const ms = clock.now() - startedAt;
    const input = prepared === undefined ? undefined : keptInput(prepared);
    const showing = { fields: isOpen(target.endpoint) };
    const known = {
      call: call?.id ?? ulid(clock, random),
      trace_id: call?.trace.traceId ?? traceOf(result) ?? newTrace(random).traceId,
      target: target.name,
      caller: service ?? 'client',
      instance,
      started: new Date(clock.wallMs() - ms).toISOString(),
      ms: tenths(ms),
      outcome: outcomeOf(result),
      chain: call?.chain ?? [],
      steps: stepsOf({ story: call?.story, startedAt, ms, showing }, result),
    };
    return input === undefined ? known : { ...known, input };
  }
}

type Telling = {
  readonly story: CallStory | undefined;
  readonly startedAt: number;
  readonly ms: number;
  readonly showing: Showing;
};

function stepsOf({ story, startedAt, ms, showing }: Telling, result: CallResult): readonly RecordStep[] {
  const steps = (story?.told ?? []).map((told) => recordStep(told, startedAt, showing));
  if (!('error' in result) || explains(steps.at(-1), result.error)) return steps;
  return [...steps, lastStep(result.error, { ms }, showing)];
}

function outcomeOf(result: CallResult): string {
  if ('error' in result) return codeOf(result.error);
  if (!result.answer.ok) return result.answer.failure.code;
  return result.answer.degraded === undefined ? ANSWERED : DEGRADED;
}

function traceOf(result: CallResult): string | undefined {
  return 'error' in result && result.error instanceof MeshError ? result.error.traceId : undefined;
}
