import type { Clock, Timer } from '../clock.ts';

type Pending = { readonly at: number; readonly order: number; readonly fire: () => void };

/** Most firings within one instant before a timer that re-arms itself is called a bug. */
const MAX_PER_INSTANT = 10_000;

/** Time that moves only when told to; timers fire by time, then by age, with microtasks run in between. */
export class VirtualClock implements Clock {
  #now: number;
  readonly #epochMs: number;
  #order = 0;
  #pending: Pending[] = [];

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
    const pending: Pending = { at: this.#now + Math.max(0, ms), order: this.#order++, fire };
    this.#pending.push(pending);
    return {
      cancel: () => {
        this.#pending = this.#pending.filter((other) => other !== pending);
      },
    };
  }

  /** Timers that have not fired. */
  get pending(): number {
    return this.#pending.length;
  }

  /** Moves time forward by `ms`, firing what falls due. */
  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    let firings = 0;
    await settle();
    for (let next = this.#due(end); next !== undefined; next = this.#due(end)) {
      firings = next.at > this.#now ? 0 : firings + 1;
      if (firings > MAX_PER_INSTANT) throw new Error(`a timer re-arms itself for ever at ${this.#now} ms`);
      this.#now = Math.max(this.#now, next.at);
      this.#pending = this.#pending.filter((other) => other !== next);
      next.fire();
      await settle();
    }
    this.#now = end;
  }

  #due(end: number): Pending | undefined {
    let first: Pending | undefined;
    for (const one of this.#pending) {
      if (one.at > end) continue;
      if (first === undefined || one.at < first.at || (one.at === first.at && one.order < first.order)) first = one;
    }
    return first;
  }
}

/** Lets promises and everything they schedule run. */
async function settle(): Promise<void> {
  for (let i = 0; i < 20; i++) await Promise.resolve();
  await new Promise<void>((resolve) => setImmediate(resolve));
}
