import type { Clock, Timer } from '@seedcore/protocol';

/** Length of one slot in ms: something due is told so within this time, never early. */
export const TICK_MS = 10;
const SLOTS = 256;
/** What the far level turns to the near one at once, in ticks. */
const TURN = SLOTS;

/** Something that waits on a {@link Wheel}; it is on one wheel at a time, at most once. */
export abstract class Timed {
  /** The first tick at which it is not told early, a small integer; meaningful while it waits. Only the wheel touches it. */
  dueTick = 0;
  /** Neighbours in the slot it waits in; undefined while it does not wait. Only the wheel touches them. */
  before: Timed | undefined;
  after: Timed | undefined;

  /** Its time has come; it no longer waits. Must not throw. */
  abstract due(): void;
}

/** The fixed end of a slot's ring. */
class Slot extends Timed {
  constructor() {
    super();
    this.before = this;
    this.after = this;
  }

  due(): void {}
}

/**
 * Time limits of everything in flight on one real timer: joining and leaving cost a few assignments and no memory.
 * Two levels, 256 × 10 ms and 256 × 2.56 s, reach 655 s, more than the longest deadline.
 *
 * @source Varghese and Lauck, "Hashed and Hierarchical Timing Wheels" (1987), scheme 7
 */
export class Wheel {
  readonly #clock: Clock;
  readonly #near: readonly Slot[] = Array.from({ length: SLOTS }, () => new Slot());
  readonly #far: readonly Slot[] = Array.from({ length: SLOTS }, () => new Slot());
  /** Ticks done since the clock's zero. */
  #tick = 0;
  #size = 0;
  #timer: Timer | undefined;
  readonly #turn = () => this.#onTimer();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** How many wait. */
  get size(): number {
    return this.#size;
  }

  /** Has `one` told when `dueAt` has passed, or the longest time a wheel reaches. */
  add(one: Timed, dueAt: number): void {
    if (this.#timer === undefined) this.#start();
    one.dueTick = Math.ceil(dueAt / TICK_MS);
    this.#size += 1;
    this.#place(one);
  }

  /** `one` no longer waits; nothing happens when it did not. */
  remove(one: Timed): void {
    if (one.before !== undefined) this.#unlink(one);
  }

  #place(one: Timed): void {
    const tick = Math.max(this.#tick + 1, one.dueTick);
    const ahead = tick - this.#tick;
    if (ahead < SLOTS) link(this.#near[tick % SLOTS], one);
    else link(this.#far[Math.floor(Math.min(tick, this.#tick + TURN * (SLOTS - 1)) / TURN) % SLOTS], one);
  }

  #start(): void {
    this.#tick = Math.floor(this.#clock.now() / TICK_MS);
    this.#arm();
  }

  #arm(): void {
    const waitMs = Math.max(0, (this.#tick + 1) * TICK_MS - this.#clock.now());
    this.#timer = this.#clock.after(waitMs, this.#turn);
  }

  #onTimer(): void {
    const until = Math.floor(this.#clock.now() / TICK_MS);
    while (this.#tick < until) this.#advance();
    // An empty wheel stands still; it stops here and not when the last one leaves, since the next is a moment away.
    if (this.#size > 0) this.#arm();
    else this.#timer = undefined;
  }

  #advance(): void {
    this.#tick += 1;
    if (this.#tick % TURN === 0) this.#empty(this.#far[(this.#tick / TURN) % SLOTS], (one) => this.#replace(one));
    this.#empty(this.#near[this.#tick % SLOTS], (one) => one.due());
  }

  /** Those of the far level come nearer; they are due at this tick at the earliest. */
  #replace(one: Timed): void {
    this.#size += 1;
    if (one.dueTick <= this.#tick) link(this.#near[this.#tick % SLOTS], one);
    else this.#place(one);
  }

  #empty(slot: Slot | undefined, take: (one: Timed) => void): void {
    if (slot === undefined) return;
    for (let one = slot.after; one !== undefined && one !== slot; one = slot.after) {
      this.#unlink(one);
      take(one);
    }
  }

  #unlink(one: Timed): void {
    const { before, after } = one;
    if (before !== undefined) before.after = after;
    if (after !== undefined) after.before = before;
    one.before = undefined;
    one.after = undefined;
    this.#size -= 1;
  }
}

function link(slot: Slot | undefined, one: Timed): void {
  if (slot === undefined) return;
  const last = slot.before ?? slot;
  one.before = last;
  one.after = slot;
  last.after = one;
  slot.before = one;
}
