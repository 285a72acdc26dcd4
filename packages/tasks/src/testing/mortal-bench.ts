import type { Fate } from '@seedcore/store/testing';
import type { MemoryTasks } from './memory-tasks.ts';
import { TaskBench } from './task-bench.ts';

/** Which write or answer, of all that processes kept alive have made so far, ends the one that makes it, and how. */
export type Deaths = ReadonlyMap<number, Extract<Fate, 'die' | 'die_after'>>;

/** Whatever keeps processes alive begins a dead one again after this long, in ms. */
const AGAIN_MS = 1_000;

/** A bench whose processes die at chosen writes, before or after these arrive, and are begun again. */
export class MortalBench extends TaskBench {
  /** Every write and answer so far, as `<process> <what> <subject>`; those of leases do not count. */
  readonly writes: string[] = [];
  /** How many processes died. */
  died = 0;
  readonly #deaths: Deaths;

  constructor(deaths: Deaths = new Map(), seed = 1) {
    super(seed);
    this.#deaths = deaths;
  }

  /** Begins a process, and again whenever it has died. */
  keep(name: string, begin: (process: MemoryTasks) => Promise<unknown>): void {
    this.#begin({ name, begin }, 1);
  }

  #begin(kept: { readonly name: string; readonly begin: (process: MemoryTasks) => Promise<unknown> }, n: number): void {
    const process = this.process(`${kept.name}-${n}`);
    process.store.broker.fates = (what, subject) => {
      if (subject.includes('_leases')) return 'pass';
      const fate = this.#deaths.get(this.writes.push(`${kept.name} ${what} ${subject}`)) ?? 'pass';
      if (fate === 'pass') return fate;
      this.died += 1;
      this.clock.after(AGAIN_MS, () => this.#begin(kept, n + 1));
      return fate;
    };
    void kept.begin(process);
  }
}
