import { type Codec, headerNames, MeshError, type Timer } from '@seedcore/protocol';
import type { Attempt, UnderWay } from '@seedcore/resilience';
import { lateError } from '../mux/late.ts';
import type { Receiver, RequestFacts } from '../mux/receiver.ts';
import { peerReconnecting } from '../report/blameless.ts';
import { AttemptSpan } from '../trace/attempt-span.ts';
import type { WireMessage } from '../transport/transport.ts';
import { type Answer, type Reading, readAnswer } from './answer.ts';
import { attemptHeaders } from './attempt-headers.ts';
import type { CallTarget } from './call-target.ts';
import type { CallerParts } from './caller-parts.ts';
import type { LargeCalls } from './large-calls.ts';
import { readLoad } from './load-report.ts';
import type { PreparedCall, Stored } from './prepared-call.ts';

/** Pause before somebody who is missing after a reconnect is asked again, in ms. */
const ASK_AGAIN_MS = 100;

const EMPTY_OBJECT = new TextEncoder().encode('{}');

/** One attempt on the bus: a request, and whatever comes back. */
export class Exchange implements Receiver, Reading, UnderWay<Answer> {
  interrupted = false;
  readonly #attempt: Attempt<Answer>;
  readonly #parts: CallerParts;
  readonly #large: LargeCalls;
  readonly #beganAt: number;
  readonly #span: AttemptSpan | undefined;
  #prepared: PreparedCall;
  #over = false;
  /** Who sent the reply, where it says so. */
  #from: string | undefined;
  #sentAt = 0;
  #token: string | undefined;
  #pause: Timer | undefined;

  constructor(attempt: Attempt<Answer>, prepared: PreparedCall, { parts, large }: ExchangePorts) {
    this.#attempt = attempt;
    this.#prepared = prepared;
    this.#parts = parts;
    this.#large = large;
    this.#beganAt = parts.clock.now();
    this.#span = AttemptSpan.begin(prepared, parts);
  }

  /** Read by {@link readAnswer}, as are {@link codec} and {@link facts}. */
  get target(): CallTarget {
    return this.#prepared.target;
  }

  get codec(): Codec {
    return this.#prepared.codec;
  }

  /** What its errors say; made when one is. */
  get facts(): RequestFacts & { readonly attempt: number } {
    const { target, call } = this.#prepared;
    const instance = this.#from ?? this.#instance;
    return { target: target.name, attempt: this.#attempt.n, traceId: call.trace.traceId, instance };
  }

  misfit(error: MeshError): void {
    this.#parts.observers.defect(this.#prepared.target.name, error);
  }

  /** Sends the request. */
  send(): void {
    const { mux, clock } = this.#parts;
    const { body } = this.#prepared;
    this.#sentAt = clock.now();
    try {
      const sending = { n: this.#attempt.n, at: this.#sentAt, leftMs: this.#leftMs(), trace: this.#span?.trace };
      const block = attemptHeaders(this.#prepared, sending);
      this.#token = mux.send({ subject: this.#subject(), data: body, block }, this);
    } catch (error) {
      this.#end(error);
    }
  }

  /** Sends the request once its body is put away. */
  sendStored(stored: Stored): void {
    stored().then(
      (prepared) => {
        this.#prepared = prepared;
        if (!this.#over) this.send();
      },
      (error: unknown) => this.#end(error),
    );
  }

  abandon(_attempt: Attempt<Answer>, reason: Error): void {
    this.#over = true;
    this.#pause?.cancel();
    if (this.#token !== undefined) this.#parts.mux.release(this.#token);
    this.#observe(reason);
    this.#tell(undefined, reason);
    // A callee sees its own deadline without being told.
    if (!isOverdue(reason)) this.#cancel();
  }

  late(): MeshError {
    return lateError(this);
  }

  reply(message: WireMessage): void {
    this.#token = undefined;
    this.#measure(message);
    if (message.headers.get(headerNames.ref) === undefined) this.#read(message);
    else this.#fetch(message);
  }

  fail(error: MeshError): void {
    this.#token = undefined;
    const { directory, outage } = this.#parts;
    if (error.code === 'no_responder' && this.#instance !== undefined)
      directory.noResponder(this.#prepared.target.service, this.#instance);
    if (error.code === 'no_responder' && outage.settling) this.#askAgain();
    else this.#end(error);
  }

  #read(message: WireMessage): void {
    let answer: Answer;
    try {
      answer = readAnswer(message, this);
    } catch (error) {
      this.#end(error);
      return;
    }
    this.#over = true;
    this.#observe(undefined);
    if (this.#prepared.call.story !== undefined || (answer.ok && answer.degraded !== undefined)) this.#tell(this.#from);
    this.#attempt.answer(answer);
  }

  /** The message only says where the reply is. */
  #fetch(message: WireMessage): void {
    const { target, call } = this.#prepared;
    this.#large.fetch(message, target.endpoint.maxBytes, { call, facts: this.facts }).then(
      (whole) => this.#over || this.#read(whole),
      (error: unknown) => this.#end(error),
    );
  }

  /** After a broker restart everybody comes back at their own pace: who is missing then is waited for, not accused. */
  #askAgain(): void {
    const { clock } = this.#parts;
    if (this.#leftMs() <= ASK_AGAIN_MS) this.#end(peerReconnecting(this.facts));
    else this.#pause = clock.after(ASK_AGAIN_MS, () => this.send());
  }

  /** Tells whoever runs the call to stop; everybody where nobody knows who that is. */
  #cancel(): void {
    const { transport, subjects } = this.#parts;
    const { call, target } = this.#prepared;
    if (this.#token === undefined || transport.state !== 'up') return;
    const instance = this.#instance;
    const subject =
      instance === undefined ? subjects.cancel(call.id) : subjects.instance(target.service, instance, 'cancel');
    transport.publish(subject, EMPTY_OBJECT, { headers: [[headerNames.call, call.id]] });
  }

  #end(error: unknown): void {
    if (this.#over) return;
    this.#over = true;
    if (error instanceof MeshError && error.code === 'draining' && error.instance !== undefined)
      this.#parts.directory.draining(this.#prepared.target.service, error.instance);
    this.#observe(error);
    this.#tell(error instanceof MeshError ? error.instance : undefined, error);
    this.#attempt.fail(error);
  }

  /** Tells the call's record how this attempt ended. */
  #tell(instance: string | undefined, error?: unknown): void {
    const { clock } = this.#parts;
    const now = clock.now();
    const decision = error === undefined ? 'answered' : 'failed';
    const { n: attempt } = this.#attempt;
    const where = instance ?? this.#instance;
    const ms = now - this.#beganAt;
    this.#prepared.call.decided({ layer: 'attempt', decision, attempt, instance: where, ms, error }, now);
  }

  #observe(error: unknown): void {
    const { observers, clock } = this.#parts;
    const code = error === undefined ? 'answer' : error instanceof MeshError ? error.code : 'internal';
    const { n: attempt } = this.#attempt;
    const startedAt = this.#beganAt;
    const endedAt = clock.now();
    observers.attempt({ target: this.#prepared.target.name, attempt, code, ms: endedAt - startedAt });
    this.#span?.end({ attempt, instance: this.#from ?? this.#instance, code, startedAt, endedAt });
  }

  #leftMs(): number {
    const { clock } = this.#parts;
    return Math.min(this.#beganAt + this.#attempt.budgetMs, this.#prepared.call.deadlineAt) - clock.now();
  }

  /** The instance it was meant for; chosen for this attempt, or the only one that would do. */
  get #instance(): string | undefined {
    return this.#prepared.instance ?? this.#attempt.instance;
  }

  #subject(): string {
    const { target, subject, instance } = this.#prepared;
    const chosen = instance === undefined ? this.#attempt.instance : undefined;
    return (chosen === undefined ? undefined : target.subjectOf(chosen)) ?? subject;
  }

  /** What the reply says about whoever sent it. */
  #measure(message: WireMessage): void {
    const { directory, clock } = this.#parts;
    const { target } = this.#prepared;
    const load = readLoad(message.headers);
    if (load === undefined) {
      if (this.#instance !== undefined) directory.heard(target.service, this.#instance);
      return;
    }
    directory.load(target.service, load);
    target.stack.report(load.instance, load);
    target.overhead.add(clock.now() - this.#sentAt, load.workMs);
    this.#from = load.instance;
  }
}

/** What an exchange works with. */
export type ExchangePorts = { readonly parts: CallerParts; readonly large: LargeCalls };

const isOverdue = (reason: Error): boolean =>
  reason instanceof MeshError && (reason.code === 'timeout' || reason.code === 'deadline_exceeded');
