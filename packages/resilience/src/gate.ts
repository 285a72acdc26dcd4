import type { Criticality } from '@seedcore/protocol';
import { CallerCounts } from './caller-counts.ts';
import { Running } from './running.ts';
import { WaitingLine } from './waiting-line.ts';

/** One asker of a gate; the object itself is the permit. */
export interface Entrant {
  readonly criticality: Criticality;
  /** On the clock handed to the gate; nobody waits past it. */
  readonly deadlineAt: number;
  /** Who asked, as any text; while others wait, one caller holds at most half of the slots. */
  readonly caller?: string | undefined;
  /** Where it stands among those that run; only the gate touches it. */
  place: number;
  /** Called once when a waiting entrant may start. */
  start(): void;
  /** Called once when a waiting entrant loses its place. */
  drop(why: DropReason, retryAfterMs: number): void;
}

/** Why a waiting entrant lost its place. */
export type DropReason = 'evicted' | 'late';
/** `go`: start now; `wait`: {@link Entrant.start} or {@link Entrant.drop} follows; `full`, `late`: refused. */
export type GateAnswer = 'go' | LineAnswer;
/** The answers of a gate whose slots are taken. */
export type LineAnswer = 'wait' | 'full' | 'late';
/** Slots, and places in the line; both change while running. */
export type GateLimits = { readonly limit: number; readonly queue: number };

/** Client bulkhead, per target. */
export const defaultBulkhead: GateLimits = { limit: 25, queue: 100 };
/** Server admission with `limit` slots: important work stops waiting at twice, critical at three times of it. */
export const admission = (limit: number): GateLimits => ({ limit, queue: 3 * limit });

const RETRY_AFTER_UNKNOWN_MS = 250;

/**
 * Lets at most `limit` entrants run and a bounded line wait, higher classes first.
 * Client bulkhead and server admission are both this machine; calls back synchronously and owns no timer:
 * whoever waits calls {@link Gate.leave} when its deadline passes.
 */
export class Gate {
  readonly #running = new Running<Entrant>();
  readonly #line = new WaitingLine<Entrant>();
  readonly #isFair = (waiter: Entrant) => this.#hasLessThanHalf(waiter);
  readonly #isAnybody = () => true;
  /** Slots by caller; kept only while somebody waits, because otherwise nobody needs to know. */
  #held: CallerCounts | undefined;
  #limits: GateLimits;
  #starting = false;
  #now = Number.NEGATIVE_INFINITY;

  constructor(limits: GateLimits = defaultBulkhead) {
    this.#limits = limits;
  }

  /** Asks to run; `p50Ms` is what one run usually takes, 0 while unknown. */
  ask(entrant: Entrant, at: number, p50Ms: number): GateAnswer {
    return this.enter(entrant, at) ? 'go' : this.join(entrant, at, p50Ms);
  }

  /** True when it may start now: a slot is free, and nobody waits for it. */
  enter(entrant: Entrant, at: number): boolean {
    this.#seen(at);
    if (this.#running.size >= this.#limits.limit || this.#line.size > 0) return false;
    this.#running.add(entrant);
    return true;
  }

  /** Asks for a place in the line, after {@link Gate.enter} said no. */
  join(entrant: Entrant, at: number, p50Ms: number): LineAnswer {
    if (this.#wouldBeLate(entrant, this.#seen(at), p50Ms)) return 'late';
    if (!this.#makeRoom(entrant, p50Ms)) return 'full';
    this.#held ??= this.#countHeld();
    this.#line.push(entrant);
    return 'wait';
  }

  /** A running entrant is through, or a waiting one gives up; anybody else changes nothing (S3, S20). */
  leave(entrant: Entrant, at: number): void {
    const now = this.#seen(at);
    if (this.#running.delete(entrant)) this.#held?.change(entrant, -1);
    else if (this.#line.size === 0 || !this.#line.remove(entrant)) return;
    if (this.#line.size > 0) this.#startWaiting(now);
    else this.#held = undefined;
  }

  /** Changes slots and line; a smaller limit stops nobody who runs (S17). */
  setLimits(limits: GateLimits, at: number): void {
    this.#limits = limits;
    this.#startWaiting(this.#seen(at));
  }

  /** When to come again, for a refused entrant. */
  retryAfterMs(p50Ms: number): number {
    if (p50Ms === 0) return RETRY_AFTER_UNKNOWN_MS;
    return Math.min(5_000, Math.max(50, Math.ceil((this.#line.size * p50Ms) / this.#limits.limit)));
  }

  /** Entrants running. */
  get running(): number {
    return this.#running.size;
  }

  /** Entrants waiting. */
  get queued(): number {
    return this.#line.size;
  }

  /** Slots at present. */
  get limit(): number {
    return this.#limits.limit;
  }

  /** Places in the line at present. */
  get places(): number {
    return this.#limits.queue;
  }

  #seen(at: number): number {
    if (at > this.#now) this.#now = at;
    return this.#now;
  }

  #wouldBeLate({ criticality, deadlineAt }: Entrant, now: number, p50Ms: number): boolean {
    const waitMs = ((this.#line.ahead(criticality) + 1) * p50Ms) / this.#limits.limit;
    return deadlineAt <= now || waitMs + p50Ms > deadlineAt - now;
  }

  /** Room is there, or a critical arrival takes it from a lower class, or anybody from one that has most of the line. */
  #makeRoom(entrant: Entrant, p50Ms: number): boolean {
    const cap = lineCap(entrant.criticality, this.#limits.queue);
    if (this.#line.size < cap) return true;
    if (this.#line.size > cap) return false;
    const lower = entrant.criticality === 'critical' ? this.#line.evictBelowCritical() : undefined;
    const evicted = lower ?? this.#line.evictGreedy(entrant);
    evicted?.drop('evicted', this.retryAfterMs(p50Ms));
    return evicted !== undefined;
  }

  #countHeld(): CallerCounts {
    const held = new CallerCounts();
    for (const one of this.#running) held.change(one, 1);
    return held;
  }

  #hasLessThanHalf({ caller }: Entrant): boolean {
    if (caller === undefined || this.#held === undefined) return true;
    return this.#held.of(caller) < Math.max(1, Math.floor(this.#limits.limit / 2));
  }

  /** Fills the free slots; one that ends at once or leaves while this runs is seen by the loop, not by a deeper one. */
  #startWaiting(now: number): void {
    if (this.#starting) return;
    this.#starting = true;
    try {
      while (this.#running.size < this.#limits.limit && this.#startNext(now));
    } finally {
      this.#starting = false;
    }
    if (this.#line.size === 0) this.#held = undefined;
  }

  /** The first whose caller has less than half of the slots; when all have, the first: no slot stays idle. */
  #startNext(now: number): boolean {
    const next = this.#line.take(this.#isFair) ?? this.#line.take(this.#isAnybody);
    if (next === undefined) return false;
    if (next.deadlineAt <= now) {
      next.drop('late', 0);
      return true;
    }
    this.#running.add(next);
    this.#held?.change(next, 1);
    next.start();
    return true;
  }
}

/** How long the line may be for an arrival of this class: a third, two thirds, all of it. */
function lineCap(criticality: Criticality, queue: number): number {
  if (criticality === 'critical') return queue;
  return Math.floor((criticality === 'important' ? 2 * queue : queue) / 3);
}
