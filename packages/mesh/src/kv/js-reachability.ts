import type { JsOutcome } from './js-api.ts';

/** So many questions without an answer, or refused for want of a leader, within so many ms: the server is cut off. */
const FAILURES = 3;
const WITHIN_MS = 5_000;
/** A server is left no sooner than this after the last one was, in ms: an election must not chase clients around. */
const STAY_MS = 10_000;

/**
 * Whether JetStream answers on the server at the other end. A server that was cut off from its cluster keeps its
 * connections and answers pings: only its silence on stored things gives it away.
 */
export class JsReachability {
  #failedAt: number[] = [];
  #leftAt = Number.NEGATIVE_INFINITY;
  #everAnswered = false;
  #reachable = true;

  /** False from the moment a server was found to be cut off until any server has answered. */
  get reachable(): boolean {
    return this.#reachable;
  }

  /**
   * Takes how a question ended; true when the server should be left now. One that never answered anything is not left:
   * then this user may simply not ask.
   */
  heard(outcome: JsOutcome, now: number): boolean {
    if (outcome === 'answer' || outcome === 'read') {
      this.#answered(outcome, now);
      return false;
    }
    this.#failedAt = [...this.#failedAt, now].slice(-FAILURES);
    const [first = now] = this.#failedAt;
    if (this.#failedAt.length < FAILURES || now - first > WITHIN_MS || !this.#everAnswered) return false;
    this.#reachable = false;
    if (now - this.#leftAt < STAY_MS) return false;
    this.#leftAt = now;
    this.#failedAt = [];
    return true;
  }

  /** A read absolves nobody of what was not answered just before it: a cut-off server may well read from its copy. */
  #answered(outcome: 'answer' | 'read', now: number): void {
    this.#everAnswered = true;
    this.#failedAt = outcome === 'answer' ? [] : this.#failedAt.filter((at) => now - at <= WITHIN_MS);
    if (this.#failedAt.length === 0) this.#reachable = true;
  }

  /** Another connection: what was not answered on the last one says nothing about it. */
  reconnected(): void {
    this.#failedAt = [];
  }
}
