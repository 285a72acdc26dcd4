import { type Criticality, MeshError } from '@seedcore/protocol';
import { REFUSED } from '../breaker.ts';
import type { DropReason, Entrant } from '../gate.ts';
import { answerOutcome, errorOutcome, type Outcome } from '../outcome.ts';
import { Timed } from '../wheel.ts';
import { codeOf } from './code-of.ts';
import type { Layers } from './layers.ts';
import type { Attempt, Operation, UnderWay } from './operation.ts';
import type { StackCall } from './policy.ts';

/** The call an attempt belongs to. */
export interface Owner<T> {
  readonly layers: Layers;
  readonly operation: Operation<T>;
  readonly call: StackCall;
  readonly deadlineAt: number;
  /** The attempt ended with a value. */
  answered(value: T): void;
  /** The `n`-th attempt ended with an error. */
  failed(error: unknown, n: number): void;
}

/**
 * One try of a call through the layers. On its way out it asks breaker and bulkhead, in this order; on its way back it tells them what it
 * showed, in the opposite order. The function it protects sees its number, budget and signal.
 */
export class LayeredAttempt<T> extends Timed implements Entrant, Attempt<T> {
  /** 1 for the first. */
  readonly n: number;
  readonly #flight: Owner<T>;
  #phase: 'asking' | 'waiting' | 'running' | 'over' = 'asking';
  #budgetMs = 0;
  #startedAt = 0;
  #permit = REFUSED;
  #work: UnderWay<T> | undefined;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(flight: Owner<T>, n: number) {
    super();
    this.#flight = flight;
    this.n = n;
  }

  /** Time it may take, in ms. */
  get budgetMs(): number {
    return this.#budgetMs;
  }

  /** Whether the work has begun, so that something may have run. */
  get sent(): boolean {
    return this.#work !== undefined;
  }

  /** Who is served first when there is a line. */
  get criticality(): Criticality {
    return this.#flight.call.criticality ?? 'important';
  }

  /** Of the whole call. */
  get deadlineAt(): number {
    return this.#flight.deadlineAt;
  }

  /** Aborts when the budget is over or the caller gives up; made when first read, because most attempts never need it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Tells the function to stop. */
  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }

  /** Asks to be made: refused before anything is spent, or waiting with nothing but its place, or made. */
  ask(): void {
    const { layers } = this.#flight;
    const now = layers.clock.now();
    this.#budgetMs = layers.budgetMs(this.n, this.deadlineAt - now);
    this.#permit = layers.breaker.ask(now, this.#budgetMs);
    if (this.#permit === REFUSED) this.#breakerRefuses(now);
    else this.#askGate(now);
  }

  /** The gate has a place for a waiting attempt. */
  start(): void {
    const { wheel, clock } = this.#flight.layers;
    wheel.remove(this);
    this.#begin(clock.now());
  }

  /** A waiting attempt loses its place. */
  drop(why: DropReason, retryAfterMs: number): void {
    this.#bulkheadRefuses(why, retryAfterMs);
  }

  /** Its time is over: in line, or at work. */
  due(): void {
    if (this.#phase === 'waiting') this.#end(this.#flight.layers.refusal('deadline_exceeded'), 'void');
    else if (this.#work !== undefined) {
      const late = this.#work.late(this);
      this.#work.abandon(this, late);
      this.fail(late);
    }
  }

  /** The work ended with a value. */
  answer(value: T): void {
    if (this.#phase !== 'running') return;
    const { latency, clock } = this.#flight.layers;
    const elapsedMs = clock.now() - this.#startedAt;
    this.#settle(answerOutcome({ elapsedMs, budgetMs: this.#budgetMs }));
    latency.add(elapsedMs);
    this.#flight.answered(value);
  }

  /** The work ended with an error. */
  fail(error: unknown): void {
    if (this.#phase === 'running') this.#end(error, this.#judge(error));
  }

  /** The caller left: gives back what it holds, says nothing about the target (S4). */
  leave(reason: Error): void {
    const running = this.#phase === 'running';
    this.#settle('void');
    if (running) this.#work?.abandon(this, reason);
  }

  #askGate(now: number): void {
    const { layers } = this.#flight;
    const p50Ms = layers.latency.quantile(0.5) ?? 0;
    const verdict = layers.gate.ask(this, now, p50Ms);
    if (verdict === 'go') this.#begin(now);
    else if (verdict === 'wait') this.#joinLine();
    else this.#bulkheadRefuses(verdict, layers.gate.retryAfterMs(p50Ms));
  }

  #joinLine(): void {
    const { layers } = this.#flight;
    this.#phase = 'waiting';
    layers.wheel.add(this, this.deadlineAt);
    layers.tell({ layer: 'bulkhead', decision: 'waits', queued: layers.gate.queued });
  }

  #begin(now: number): void {
    const { layers, operation } = this.#flight;
    this.#phase = 'running';
    this.#startedAt = now;
    // Waiting has cost time: the budget is what is left of its share.
    this.#budgetMs = Math.min(this.#budgetMs, this.deadlineAt - now);
    layers.wheel.add(this, now + this.#budgetMs);
    this.#work = operation.begin(this);
  }

  #judge(error: unknown): Outcome {
    const { layers } = this.#flight;
    if (layers.policy.blameless(error)) return 'void';
    const code = codeOf(error);
    const sent = error instanceof MeshError ? error.sent : true;
    const p90Ms = layers.latency.quantile(0.9);
    const outcome = errorOutcome(
      { code, sent },
      { budgetMs: this.#budgetMs, p90Ms, deadlineMs: layers.policy.deadlineMs },
    );
    if (code === 'timeout') layers.latency.add(this.#budgetMs);
    return outcome;
  }

  #breakerRefuses(now: number): void {
    const { layers } = this.#flight;
    const retryAfterMs = Math.ceil(layers.breaker.retryAfterMs(now));
    layers.tell({ layer: 'breaker', decision: 'refused', retryAfterMs });
    this.#end(layers.refusal('circuit_open', { retryAfterMs }), 'void');
  }

  #bulkheadRefuses(reason: DropReason | 'full', retryAfterMs: number): void {
    const { layers } = this.#flight;
    layers.tell({ layer: 'bulkhead', decision: 'refused', reason });
    this.#end(layers.refusal('bulkhead_full', { retryAfterMs, details: { reason } }), 'void');
  }

  #end(error: unknown, outcome: Outcome): void {
    this.#settle(outcome);
    this.#flight.failed(error, this.n);
  }

  /** Gives back place, timer and permit, once. */
  #settle(outcome: Outcome): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    const { wheel, gate, breaker, clock } = this.#flight.layers;
    const now = clock.now();
    wheel.remove(this);
    breaker.settle(this.#permit, outcome, now);
    gate.leave(this, now);
  }
}
