import { MeshError } from '@seedcore/protocol';
import type { Attempt, Ending, Operation } from '@seedcore/resilience';
import { inlineLimit } from '../payload/large-body.ts';
import type { EndedCall, FailureTaker } from '../record/recorder.ts';
import type { Answer } from './answer.ts';
import type { CallTarget } from './call-target.ts';
import type { CallerParts } from './caller-parts.ts';
import { Exchange, type ExchangePorts } from './exchange.ts';
import { LargeCalls } from './large-calls.ts';
import { OutgoingCall } from './outgoing-call.ts';
import { type CallHow, type PreparedCall, prepareCall, type Stored, type Wanted } from './prepared-call.ts';

/** What is asked, and how. */
export type Asking = { readonly input: unknown; readonly how: CallHow };

/** Makes typed calls out of targets and inputs. */
export class Caller {
  readonly large: LargeCalls;
  readonly #parts: CallerParts;

  constructor(parts: CallerParts) {
    this.#parts = parts;
    this.large = new LargeCalls(parts);
  }

  /** One call with all its attempts. */
  call(target: CallTarget, input: unknown, how: CallHow): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ending = new CallEnding(target, this.#parts, { resolve, reject });
      ending.failures = how.failures;
      this.start(target, { input, how }, ending);
    });
  }

  /** The same without promises, and without counting it: tells `ending` how it ended, in this tick or later. */
  start(target: CallTarget, { input, how }: Asking, ending: Ending<Answer> | CallEnding): void {
    const counted = ending instanceof CallEnding ? ending : new RecordedEnding(target, this.#parts, ending);
    let prepared: PreparedCall;
    try {
      counted.call = this.outgoing(target, how);
      prepared = this.prepare(target, { input, call: counted.call, options: how.options });
      counted.prepared = prepared;
    } catch (error) {
      counted.reject(error);
      return;
    }
    if (prepared.body.length <= inlineLimit(this.#parts.transport)) this.#start(prepared, undefined, counted);
    else
      this.#startLarge(prepared).then(
        (answer) => counted.resolve(answer),
        (error: unknown) => counted.reject(error),
      );
  }

  /** A call that begins now. @throws MeshError with `sent: false` */
  outgoing({ name, endpoint, deadlineMs: set }: CallTarget, { given, options }: CallHow): OutgoingCall {
    const deadlineMs = set ?? options.deadlineMs;
    const { instance } = options;
    const call = new OutgoingCall({ target: name, endpoint, deadlineMs, instance }, given, this.#parts);
    this.#parts.recorder.began(call);
    return call;
  }

  /** Checks and encodes what it sends. @throws MeshError with `sent: false` */
  prepare(target: CallTarget, wanted: Wanted): PreparedCall {
    return prepareCall(target, wanted, this.#parts);
  }

  #startLarge(prepared: PreparedCall): Promise<Answer> {
    return this.large.send(
      prepared,
      (stored) => new Promise<Answer>((resolve, reject) => this.#start(prepared, stored, { resolve, reject })),
    );
  }

  #start(prepared: PreparedCall, stored: Stored | undefined, ending: Ending<Answer>): void {
    const exchanges = new Exchanges(prepared, stored, { parts: this.#parts, large: this.large });
    prepared.target.stack.start(exchanges, prepared.call, ending);
  }
}

/** A prepared call as the stack sees it: every attempt is an exchange on the bus. */
class Exchanges implements Operation<Answer> {
  readonly #prepared: PreparedCall;
  readonly #stored: Stored | undefined;
  readonly #ports: ExchangePorts;

  constructor(prepared: PreparedCall, stored: Stored | undefined, ports: ExchangePorts) {
    this.#prepared = prepared;
    this.#stored = stored;
    this.#ports = ports;
  }

  begin(attempt: Attempt<Answer>): Exchange {
    const exchange = new Exchange(attempt, this.#prepared, this.#ports);
    if (this.#stored === undefined) exchange.send();
    else exchange.sendStored(this.#stored);
    return exchange;
  }
}

/** Records how a call ended, then tells whoever made it. */
class RecordedEnding implements Ending<Answer>, EndedCall {
  call: OutgoingCall | undefined;
  prepared: PreparedCall | undefined;
  /** In place of the recorder, where something may stand in for the answer. */
  failures: FailureTaker | undefined;
  readonly target: CallTarget;
  readonly startedAt: number;
  protected readonly parts: CallerParts;
  readonly #caller: Ending<Answer>;

  constructor(target: CallTarget, parts: CallerParts, caller: Ending<Answer>) {
    this.target = target;
    this.parts = parts;
    this.#caller = caller;
    this.startedAt = parts.clock.now();
  }

  resolve(answer: Answer): void {
    this.#caller.resolve(answer);
    this.parts.recorder.answered(this, answer);
  }

  reject(error: unknown): void {
    this.#caller.reject(error);
    (this.failures ?? this.parts.recorder).failed(this, error);
  }
}

/** Counts it as well. */
export class CallEnding extends RecordedEnding {
  override resolve(answer: Answer): void {
    this.#count(answer.ok ? 'ok' : answer.failure.code, true);
    super.resolve(answer);
  }

  override reject(error: unknown): void {
    this.#count(error instanceof MeshError ? error.code : 'internal', false);
    super.reject(error);
  }

  #count(outcome: string, answered: boolean): void {
    const { observers, clock } = this.parts;
    this.target.tally.add(answered);
    observers.call({ target: this.target.name, outcome, ms: clock.now() - this.startedAt });
  }
}
