import type { Clock, Timer } from '../clock.ts';
import { type Armed, TimerQueue } from './timer-queue.ts';

/** Most timers armed and fired within one instant before one that re-arms itself is called a bug. */
const MAX_PER_INSTANT = 10_000;

/** Most steps in which something is waited for. */
const MAX_STEPS = 10_000;

/** Time that moves only when told to; timers fire by time, then by age, with microtasks run in between. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #epochMs: number;
  #age = 0;
  readonly #timers = new TimerQueue();

  constructor(options: { now?: number; epochMs?: number } = {}) {
    this.#now = options.now ?? 0;
    this.#epochMs = options.epochMs ?? Date.UTC(2026, 10, 22);
  }

  now(): number {
    return this.#now;
  }

  wallMs(): number {
    return this.#epochMs + this.#now;
  }

  after(ms: number, fire: () => void): Timer {
    let waiting = true;
    const timer: Armed = {
      at: this.#now + Math.max(0, ms),
      age: this.#age++,
      fire: () => {
        waiting = false;
        fire();
      },
    };
    this.#timers.add(timer);
    return {
      cancel: () => {
        if (waiting) this.#timers.cancel(timer);
        waiting = false;
      },
    };
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#timers.size;
  }

  /**
   * Moves time forward by `ms`, firing what falls due.
   *
   * @throws Error when within one instant 10 000 timers are armed and fire, as one that re-arms itself does
   */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    // Timers armed before an instant began may fall due in it in any number.
    let known = this.#age;
    let armedNow = 0;
    await settle();
    for (let next = this.#timers.takeDue(end); next !== undefined; next = this.#timers.takeDue(end)) {
      if (next.at > this.#now) {
        this.#now = next.at;
        known = this.#age;
        armedNow = 0;
      }
      if (next.age >= known) armedNow += 1;
      if (armedNow > MAX_PER_INSTANT) throw new Error(`a timer re-arms itself for ever at ${this.#now} ms`);
      next.fire();
      await settle();
    }
    this.#now = end;
  }

  /**
   * Lets time pass, `stepMs` at a time, until `work` has settled.
   *
   * @throws Error when it has not within 10,000 steps; whatever `work` rejects with
   */
  async through<T>(work: Promise<T>, stepMs = 20): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    work.then(settle, settle);
    for (let steps = 0; !settled; steps++) {
      if (steps === MAX_STEPS) throw new Error(`not settled within ${MAX_STEPS * stepMs} ms of virtual time`);
      await this.advance(stepMs);
    }
    return work;
  }
}

/** Lets promises and everything they schedule run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise<void>((resolve) => setImmediate(resolve));
}
