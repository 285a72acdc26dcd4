import type { Criticality } from '@seedcore/protocol';
import { type Called, CallerCounts } from './caller-counts.ts';

/** Three first-in-first-out lines, one per class; the higher class is always served first. */
export class WaitingLine<T extends Called & { readonly criticality: Criticality }> {
  readonly #lines: Readonly<Record<Criticality, T[]>> = { critical: [], important: [], optional: [] };
  readonly #callers = new CallerCounts();

  /** Everybody waiting. */
  get size(): number {
    const { critical, important, optional } = this.#lines;
    return critical.length + important.length + optional.length;
  }

  /** How many are served before an arrival of this class. */
  ahead(criticality: Criticality): number {
    const { critical, important } = this.#lines;
    if (criticality === 'critical') return critical.length;
    return criticality === 'important' ? critical.length + important.length : this.size;
  }

  /** Joins at the end of its class. */
  push(waiter: T): void {
    this.#lines[waiter.criticality].push(waiter);
    this.#callers.change(waiter, 1);
  }

  /** Takes the first one that is acceptable, in the order of service. */
  take(accepts: (waiter: T) => boolean): T | undefined {
    const { critical, important, optional } = this.#lines;
    return (
      this.#takeFirst(critical, accepts) ?? this.#takeFirst(important, accepts) ?? this.#takeFirst(optional, accepts)
    );
  }

  /** Takes the newest of the lowest class, never a critical one. */
  evictBelowCritical(): T | undefined {
    const { important, optional } = this.#lines;
    return this.#takeAt(optional, optional.length - 1) ?? this.#takeAt(important, important.length - 1);
  }

  /** Takes the newest one, not above the class of `arrival`, of another caller that has more than half of the places. */
  evictGreedy(arrival: T): T | undefined {
    const greedy = this.#callers.majority(this.size);
    if (greedy === undefined || arrival.caller === undefined || arrival.caller === greedy) return undefined;
    for (const criticality of ['optional', 'important', 'critical'] as const) {
      const line = this.#lines[criticality];
      const found = this.#takeAt(
        line,
        line.findLastIndex(({ caller }) => caller === greedy),
      );
      if (found !== undefined || criticality === arrival.criticality) return found;
    }
    return undefined;
  }

  /** Takes out one that gave up; false when it was not waiting. */
  remove(waiter: T): boolean {
    const line = this.#lines[waiter.criticality];
    return this.#takeAt(line, line.indexOf(waiter)) !== undefined;
  }

  #takeFirst(line: T[], accepts: (waiter: T) => boolean): T | undefined {
    return line.length === 0 ? undefined : this.#takeAt(line, line.findIndex(accepts));
  }

  #takeAt(line: T[], at: number): T | undefined {
    if (at < 0) return undefined;
    const taken = at === 0 ? line.shift() : line.splice(at, 1)[0];
    if (taken !== undefined) this.#callers.change(taken, -1);
    return taken;
  }
}
