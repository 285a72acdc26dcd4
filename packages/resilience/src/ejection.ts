import type { Breaker } from './breaker.ts';

type Opening = { readonly id: string; readonly k: number; readonly openedAt: number };

/**
 * Takes the instances with an open breaker out of the choice, the worst first, but never more than half (S16):
 * when most look broken, the trouble is elsewhere, and all but the worst go on being asked. That is shown as a panic.
 * One per endpoint of a service; a member is open from the opening of its breaker until it is closed again.
 */
export class Ejection {
  readonly #members = new Set<string>();
  readonly #open = new Map<string, Opening>();
  #out: ReadonlySet<string> = new Set();

  /** An instance can be chosen from now on. */
  joined(id: string): void {
    this.#members.add(id);
    this.#decide();
  }

  /** An instance is gone. */
  left(id: string): void {
    this.#members.delete(id);
    this.#open.delete(id);
    this.#decide();
  }

  /** The breaker of a member opened, for the `k`-th time in a row after the first; strangers change nothing. */
  opened(id: string, k: number, openedAt: number): void {
    if (!this.#members.has(id)) return;
    this.#open.set(id, { id, k, openedAt });
    this.#decide();
  }

  /** The breaker of a member closed. */
  closed(id: string): void {
    if (this.#open.delete(id)) this.#decide();
  }

  /** Whether it may be chosen: it is not ejected, or its breaker has a probe to give. */
  admits(id: string, breaker: Pick<Breaker, 'ready'>, now: number): boolean {
    return !this.#out.has(id) || breaker.ready(now);
  }

  /** The ejected, worst first. */
  get ejected(): ReadonlySet<string> {
    return this.#out;
  }

  /** True while instances with an open breaker stay in; their breakers only count then, see {@link Breaker.note}. */
  get panic(): boolean {
    return this.#open.size > this.#out.size;
  }

  #decide(): void {
    if (this.#open.size === 0 && this.#out.size === 0) return;
    const worst = [...this.#open.values()].sort(worseFirst).slice(0, Math.floor(this.#members.size / 2));
    this.#out = new Set(worst.map(({ id }) => id));
  }
}

/** Higher k first, then opened earlier, then by name, so that all processes with the same facts eject the same ones. */
function worseFirst(a: Opening, b: Opening): number {
  return b.k - a.k || a.openedAt - b.openedAt || (a.id < b.id ? -1 : 1);
}
