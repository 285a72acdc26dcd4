import { type Clock, type Criticality, MeshError } from '@seedcore/protocol';
import { bounded } from './bounded.ts';
import { cancelledBy } from './cancelled.ts';
import type { Decision } from './decision.ts';
import { type DropReason, type Entrant, Gate, type GateLimits } from './gate.ts';

/** Who wants in, and how long it may take. */
export type Entry = {
  readonly criticality: Criticality;
  readonly deadlineAt: number;
  readonly p50Ms: number;
  readonly signal: () => AbortSignal | undefined;
};

/** The gate of one target on the caller's side, with waiting as a promise. */
export class Bulkhead {
  readonly gate: Gate;
  readonly #target: string;
  readonly #clock: Clock;
  readonly #observe: (decision: Decision) => void;

  constructor(target: string, limits: GateLimits, { clock, observe }: BulkheadPorts) {
    this.gate = new Gate(limits);
    this.#target = target;
    this.#clock = clock;
    this.#observe = observe;
  }

  /** A place to give back with {@link leave}; a promise of it only when there is a line. */
  enter(entry: Entry): Entrant | Promise<Entrant> {
    const place = new Place(entry, (reason, retryAfterMs) => this.#refusal(reason, retryAfterMs));
    const answer = this.gate.ask(place, this.#clock.now(), entry.p50Ms);
    if (answer === 'go') return place;
    if (answer !== 'wait') throw this.#refusal(answer, this.gate.retryAfterMs(entry.p50Ms));
    this.#observe({ layer: 'bulkhead', decision: 'waits', queued: this.gate.queued });
    return this.#wait(place, entry);
  }

  /** Gives a place back. */
  leave(place: Entrant): void {
    this.gate.leave(place, this.#clock.now());
  }

  async #wait(place: Place, { deadlineAt, signal }: Entry): Promise<Entrant> {
    try {
      await bounded(place.started, {
        clock: this.#clock,
        ms: deadlineAt - this.#clock.now(),
        late: () => new MeshError('deadline_exceeded', { target: this.#target, sent: false, started: false }),
        signal: signal(),
        aborted: (reason) => cancelledBy(reason, this.#target),
      });
      return place;
    } catch (error) {
      this.leave(place);
      throw error;
    }
  }

  #refusal(reason: DropReason | 'full', retryAfterMs: number): MeshError {
    this.#observe({ layer: 'bulkhead', decision: 'refused', reason });
    return new MeshError('bulkhead_full', {
      target: this.#target,
      sent: false,
      started: false,
      retryAfterMs,
      details: { reason },
    });
  }
}

/** Time and the ear for decisions. */
export type BulkheadPorts = { readonly clock: Clock; readonly observe: (decision: Decision) => void };

class Place implements Entrant {
  readonly criticality: Criticality;
  readonly deadlineAt: number;
  readonly #refusal: (why: DropReason, retryAfterMs: number) => MeshError;
  #waiting: PromiseWithResolvers<void> | undefined;

  constructor({ criticality, deadlineAt }: Entry, refusal: (why: DropReason, retryAfterMs: number) => MeshError) {
    this.criticality = criticality;
    this.deadlineAt = deadlineAt;
    this.#refusal = refusal;
  }

  get started(): Promise<void> {
    this.#waiting ??= Promise.withResolvers<void>();
    return this.#waiting.promise;
  }

  start(): void {
    this.#waiting?.resolve();
  }

  drop(why: DropReason, retryAfterMs: number): void {
    this.#waiting?.reject(this.#refusal(why, retryAfterMs));
  }
}
