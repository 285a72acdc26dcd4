import { MeshError } from '@seedcore/protocol';
import type { Attempt, Ending, Operation } from '@seedcore/resilience';
import type { Answer } from './answer.ts';
import type { CallTarget } from './call-target.ts';
import type { CallerParts } from './caller-parts.ts';
import { Exchange } from './exchange.ts';
import { type CallHow, type PreparedCall, prepareCall } from './prepared-call.ts';

/** Makes typed calls out of targets and inputs. */
export class Caller {
  readonly #parts: CallerParts;

  constructor(parts: CallerParts) {
    this.#parts = parts;
  }

  /** One call with all its attempts. */
  call(target: CallTarget, input: unknown, how: CallHow): Promise<Answer> {
    return new Promise((resolve, reject) => {
      const ending = new CallEnding(target, this.#parts, { resolve, reject });
      let prepared: PreparedCall;
      try {
        prepared = prepareCall(target, { input, how }, this.#parts);
      } catch (error) {
        ending.reject(error);
        return;
      }
      target.stack.start(new Exchanges(prepared, this.#parts), prepared.call, ending);
    });
  }
}

/** A prepared call as the stack sees it: every attempt is an exchange on the bus. */
class Exchanges implements Operation<Answer> {
  readonly #prepared: PreparedCall;
  readonly #parts: CallerParts;

  constructor(prepared: PreparedCall, parts: CallerParts) {
    this.#prepared = prepared;
    this.#parts = parts;
  }

  begin(attempt: Attempt<Answer>): Exchange {
    const exchange = new Exchange(attempt, this.#prepared, this.#parts);
    exchange.send();
    return exchange;
  }
}

/** Counts how a call ended, then tells whoever made it. */
class CallEnding implements Ending<Answer> {
  readonly #target: CallTarget;
  readonly #parts: CallerParts;
  readonly #caller: Ending<Answer>;
  readonly #startedAt: number;

  constructor(target: CallTarget, parts: CallerParts, caller: Ending<Answer>) {
    this.#target = target;
    this.#parts = parts;
    this.#caller = caller;
    this.#startedAt = parts.clock.now();
  }

  resolve(answer: Answer): void {
    this.#count(answer.ok ? 'ok' : answer.failure.code, true);
    this.#caller.resolve(answer);
  }

  reject(error: unknown): void {
    this.#count(error instanceof MeshError ? error.code : 'internal', false);
    this.#caller.reject(error);
  }

  #count(outcome: string, answered: boolean): void {
    const { observers, clock } = this.#parts;
    this.#target.tally.add(answered);
    observers.call({ target: this.#target.name, outcome, ms: clock.now() - this.#startedAt });
  }
}
