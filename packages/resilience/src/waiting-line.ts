import type { Criticality } from '@seedcore/protocol';

/** Three first-in-first-out lines, one per class; the higher class is always served first. */
export class WaitingLine<T extends { readonly criticality: Criticality }> {
  readonly #lines: Readonly<Record<Criticality, T[]>> = { critical: [], important: [], optional: [] };

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
  }

  /** Takes the next one to serve. */
  shift(): T | undefined {
    const { critical, important, optional } = this.#lines;
    return critical.shift() ?? important.shift() ?? optional.shift();
  }

  /** Takes the first one that is acceptable, in the order of service. */
  take(accepts: (waiter: T) => boolean): T | undefined {
    const { critical, important, optional } = this.#lines;
    return taken(critical, accepts) ?? taken(important, accepts) ?? taken(optional, accepts);
  }

  /** Takes the newest of the lowest class, never a critical one. */
  evictBelowCritical(): T | undefined {
    return this.#lines.optional.pop() ?? this.#lines.important.pop();
  }

  /** Takes out one that gave up; false when it was not waiting. */
  remove(waiter: T): boolean {
    const line = this.#lines[waiter.criticality];
    const at = line.indexOf(waiter);
    if (at >= 0) line.splice(at, 1);
    return at >= 0;
  }
}

function taken<T>(line: T[], accepts: (waiter: T) => boolean): T | undefined {
  const at = line.findIndex(accepts);
  return at < 0 ? undefined : line.splice(at, 1)[0];
}
