import { type Criticality, MeshError } from '@seedcore/protocol';
import { mayBounce } from '../bounce.ts';
import { REFUSED } from '../breaker.ts';
import type { DropReason, Entrant } from '../gate.ts';
import { answerOutcome, endpointOutcome, errorOutcome, type Outcome } from '../outcome.ts';
import type { Member } from '../pool.ts';
import { TICK_MS, Timed } from '../wheel.ts';
import { codeOf } from './code-of.ts';
import { LateSignal } from './late-signal.ts';
import type { Layers } from './layers.ts';
import type { Attempt, Operation, UnderWay } from './operation.ts';
import type { StackCall } from './policy.ts';

/** Where an attempt is to go, and where not. */
export type Whereto = { readonly at?: Member | undefined; readonly failed?: Member | undefined };

const ANYWHERE: Whereto = {};
/** In place of a permit: it is at no instance. Permits are 0 or more. */
const NOWHERE = -1;

/** The call an attempt belongs to. */
export interface Owner<T> {
  readonly layers: Layers;
  readonly operation: Operation<T>;
  readonly call: StackCall;
  readonly deadlineAt: number;
  /** The work of the attempt has begun. */
  began(attempt: LayeredAttempt<T>): void;
  /** The attempt ended with a value. */
  answered(attempt: LayeredAttempt<T>, value: T): void;
  /** The attempt ended with an error. */
  failed(attempt: LayeredAttempt<T>, error: unknown): void;
}

/**
 * One try of a call through the inner layers: breaker of the endpoint, tokens, bulkhead, instance, the work itself.
 * On its way out it asks them in this order, on its way back it tells each what it showed.
 */
export class LayeredAttempt<T> extends Timed implements Entrant, Attempt<T> {
  place = 0;
  /** 1 for the first; a hedge has the number of the attempt it doubles. */
  readonly n: number;
  readonly #owner: Owner<T>;
  #phase: 'asking' | 'waiting' | 'running' | 'over' = 'asking';
  #budgetMs = 0;
  #startedAt = 0;
  #permit = REFUSED;
  #token = 0;
  #member: Member | undefined;
  readonly #failed: Member | undefined;
  /** Of the instance it is at, else {@link NOWHERE}. */
  permit = NOWHERE;
  #bounces = 0;
  #work: UnderWay<T> | undefined;
  #stop: LateSignal | undefined;

  /** With `at` the attempt goes there; else the pool chooses when it begins, not the one that `failed` just now. */
  constructor(owner: Owner<T>, n: number, { at, failed }: Whereto = ANYWHERE) {
    super();
    this.#owner = owner;
    this.n = n;
    this.#member = at;
    this.#failed = failed;
  }

  /** Time it may take, in whole ms. */
  get budgetMs(): number {
    return this.#budgetMs;
  }

  /** The instance it goes to; undefined when whoever takes it will do. */
  get instance(): string | undefined {
    return this.#member?.id;
  }

  /** Where it goes, with what is known of it. */
  get member(): Member | undefined {
    return this.#member;
  }

  /** Whether the work has begun, so that something may have run. */
  get sent(): boolean {
    return this.#work !== undefined;
  }

  /** Who is served first when there is a line. */
  get criticality(): Criticality {
    return this.#owner.call.criticality ?? 'important';
  }

  /** Of the whole call. */
  get deadlineAt(): number {
    return this.#owner.deadlineAt;
  }

  /** Aborts when the budget is over or the caller gives up; made when first read, because most attempts never need it. */
  get signal(): AbortSignal {
    this.#stop ??= new LateSignal();
    return this.#stop.signal;
  }

  /** Tells the function to stop. */
  abort(reason: Error): void {
    this.#stop ??= new LateSignal();
    this.#stop.abort(reason);
  }

  /** Asks to be made: refused before anything is spent, or waiting with nothing but its place, or made. */
  ask(now: number): void {
    const { layers } = this.#owner;
    const leftMs = Math.floor(this.deadlineAt - now);
    // A probe gets all the time there is: given too little it would show nothing, and be sent again and again.
    this.#budgetMs = layers.breaker.state === 'closed' ? layers.budgetMs(this.n, leftMs) : leftMs;
    // The wheel tells of the end of an attempt up to a tick late: until then its lease is taken.
    this.#permit = layers.breaker.ask(now, this.#budgetMs + TICK_MS);
    if (this.#permit === REFUSED) this.#breakerRefuses(now);
    else if (layers.tokens !== undefined && !this.#takesToken(now)) this.#tokensRefuse(now);
    else this.#askGate(now);
  }

  /** The gate has a place for a waiting attempt. */
  start(): void {
    const { wheel, clock } = this.#owner.layers;
    wheel.remove(this);
    this.#begin(clock.now());
  }

  /** A waiting attempt loses its place. */
  drop(why: DropReason, retryAfterMs: number): void {
    this.#bulkheadRefuses(why, retryAfterMs);
  }

  /** Its time is over: in line, or at work. */
  due(): void {
    if (this.#phase === 'waiting') this.#end(this.#owner.layers.refusal('deadline_exceeded', this.#owner.call), 'void');
    else if (this.#work !== undefined) {
      const late = this.#work.late(this);
      this.#work.abandon(this, late);
      this.#end(late, this.#judge(late));
    }
  }

  /** The work ended with a value. */
  answer(value: T): void {
    if (this.#phase !== 'running') return;
    const { latency, clock } = this.#owner.layers;
    const now = clock.now();
    const elapsedMs = now - this.#startedAt;
    this.#settle(answerOutcome({ elapsedMs, budgetMs: this.#budgetMs }), now);
    latency.add(elapsedMs);
    this.#owner.answered(this, value);
  }

  /** The work ended with an error. */
  fail(error: unknown): void {
    if (this.#phase !== 'running') return;
    const other = this.#elsewhere(error);
    if (other === undefined) this.#end(error, this.#judge(error));
    else this.#bounce(other);
  }

  /** The caller left, or another attempt was faster: gives back what it holds, says nothing about the target (S4). */
  leave(reason: Error): void {
    const running = this.#phase === 'running';
    this.#settle('void', this.#owner.layers.clock.now());
    if (running) this.#work?.abandon(this, reason);
  }

  #takesToken(now: number): boolean {
    this.#token = this.#owner.layers.tokens?.ask(now) ?? 0;
    return this.#token > 0;
  }

  #askGate(now: number): void {
    if (this.#owner.layers.gate.enter(this, now)) this.#begin(now);
    else this.#askLine(now);
  }

  #askLine(now: number): void {
    const { gate, latency } = this.#owner.layers;
    const p50Ms = latency.quantile(0.5) ?? 0;
    const verdict = gate.join(this, now, p50Ms);
    if (verdict === 'wait') this.#joinLine();
    else this.#bulkheadRefuses(verdict, gate.retryAfterMs(p50Ms));
  }

  #joinLine(): void {
    const { layers, call } = this.#owner;
    this.#phase = 'waiting';
    layers.wheel.add(this, this.deadlineAt);
    layers.tell({ layer: 'bulkhead', decision: 'waits', queued: layers.gate.queued }, call);
  }

  #begin(now: number): void {
    const { layers, call } = this.#owner;
    this.#phase = 'running';
    this.#startedAt = now;
    // Waiting has cost time: the budget is what is left of its share.
    this.#budgetMs = Math.min(this.#budgetMs, Math.floor(this.deadlineAt - now));
    layers.wheel.add(this, now + this.#budgetMs);
    if (call.instance === undefined) this.#member ??= this.#choose(now);
    this.#goTo(now);
    if (this.#phase === 'running') this.#owner.began(this);
  }

  #choose(now: number): Member | undefined {
    const { layers, call } = this.#owner;
    if (this.#failed === undefined) return layers.pool.choose(now, call);
    return layers.pool.choose(now, { except: this.#failed, affinity: call.affinity }) ?? layers.pool.choose(now, call);
  }

  #goTo(now: number): void {
    const { layers, operation } = this.#owner;
    if (this.#member !== undefined) this.permit = layers.pool.enter(this.#member, now, this.#budgetMs);
    this.#work = operation.begin(this);
  }

  /** The instance that refused has told so at once, another one may have room: that is still the same attempt, once. */
  #elsewhere(error: unknown): Member | undefined {
    // A probe is one request: bounced, it would be two.
    if (this.#owner.layers.breaker.state !== 'closed') return undefined;
    if (this.permit === NOWHERE || !(error instanceof MeshError)) return undefined;
    if (!mayBounce(error.code, this.#bounces)) return undefined;
    const { layers, call } = this.#owner;
    return layers.pool.choose(layers.clock.now(), { except: this.#member, affinity: call.affinity });
  }

  #bounce(to: Member): void {
    const { layers, call } = this.#owner;
    const now = layers.clock.now();
    layers.tell({ layer: 'instance', decision: 'bounce', from: this.instance ?? '', to: to.id }, call);
    this.#leaveInstance('soft', now);
    this.#bounces += 1;
    this.#member = to;
    this.#goTo(now);
  }

  #judge(error: unknown): Outcome {
    const { layers } = this.#owner;
    if (layers.policy.blameless(error)) return 'void';
    const code = codeOf(error);
    const sent = error instanceof MeshError ? error.sent : true;
    const p90Ms = layers.latency.quantile(0.9);
    const outcome = errorOutcome(
      { code, sent },
      { budgetMs: this.#budgetMs, p90Ms, deadlineMs: layers.policy.deadlineMs },
    );
    if (code === 'timeout') layers.latency.add(this.#budgetMs);
    if (code === 'rate_limited') layers.tokens?.limited(layers.clock.now());
    return outcome;
  }

  #breakerRefuses(now: number): void {
    const { layers, call } = this.#owner;
    const retryAfterMs = Math.ceil(layers.breaker.retryAfterMs(now));
    layers.tell({ layer: 'breaker', decision: 'refused', retryAfterMs, reason: layers.breaker.reason }, call);
    this.#end(layers.refusal('circuit_open', call, { retryAfterMs }), 'void');
  }

  #tokensRefuse(now: number): void {
    const { layers, call } = this.#owner;
    const retryAfterMs = layers.tokens?.retryAfterMs(now) ?? 0;
    layers.tell({ layer: 'tokens', decision: 'refused', retryAfterMs }, call);
    this.#end(layers.refusal('rate_limited', call, { retryAfterMs }), 'void');
  }

  #bulkheadRefuses(reason: DropReason | 'full', retryAfterMs: number): void {
    const { layers, call } = this.#owner;
    layers.tell({ layer: 'bulkhead', decision: 'refused', reason }, call);
    this.#end(layers.refusal('bulkhead_full', call, { retryAfterMs, details: { reason } }), 'void');
  }

  #end(error: unknown, outcome: Outcome): void {
    this.#settle(outcome, this.#owner.layers.clock.now(), endpointOutcome(outcome, codeOf(error)));
    this.#owner.failed(this, error);
  }

  /** Gives back place, timer, token and permit, once; the breaker of the endpoint is told what was `shown`. */
  #settle(outcome: Outcome, now: number, shown = outcome): void {
    if (this.#phase === 'over') return;
    this.#phase = 'over';
    const { wheel, gate, tokens, breaker, throttle } = this.#owner.layers;
    wheel.remove(this);
    this.#leaveInstance(outcome, now);
    breaker.settle(this.#permit, shown, now);
    throttle.settle(outcome, now);
    tokens?.settle(this.#token, outcome, now);
    gate.leave(this, now);
  }

  #leaveInstance(outcome: Outcome, now: number): void {
    if (this.permit === NOWHERE) return;
    const elapsedMs = now - this.#startedAt;
    this.#owner.layers.pool.leave(this, { outcome, elapsedMs, budgetMs: this.#budgetMs }, now);
    this.permit = NOWHERE;
  }
}
