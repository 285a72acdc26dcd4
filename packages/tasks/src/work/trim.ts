import { delay } from '@seedcore/protocol';
import type { Candidacy, Lease, Store } from '@seedcore/store';
import { tasksStream, workObjects } from '../assets.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { SWEEP_MS, sweep } from './sweep.ts';

/** Time between two looks, in ms. */
const LOOK_MS = 10_000;

/**
 * Deletes messages that every consumer has acknowledged: the stream keeps them otherwise until they are eight days old.
 * Large values of tasks that are gone go in the same way. One process does it for all, by lease; without it normal work goes on.
 */
export class Trimming {
  readonly #store: Store;
  readonly #shelf: TaskShelf;
  #candidacy: Candidacy | undefined;
  #stopped = false;

  constructor(store: Store, shelf: TaskShelf) {
    this.#store = store;
    this.#shelf = shelf;
  }

  /** Stands for the lease once the streams are there. */
  startAfter(ready: Promise<void>): void {
    const start = () => {
      if (!this.#stopped) this.#candidacy ??= this.#store.elect('tasks-trim', (lease) => this.#lead(lease));
    };
    ready.then(start, start);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#candidacy?.stop();
  }

  async #lead(lease: Lease): Promise<void> {
    const { broker, subjects } = this.#shelf;
    const stream = subjects.stream(tasksStream.name);
    const done = new Map<string, number>();
    const objects = this.#store.objects(workObjects.name);
    let sweepAt = broker.clock.now() + SWEEP_MS;
    while (!lease.signal.aborted) {
      for (const { filter, settled } of await broker.consumerStates(stream)) {
        lease.check();
        if (settled <= (done.get(filter) ?? 0)) continue;
        await broker.purge(stream, filter, settled + 1);
        done.set(filter, settled);
      }
      if (broker.clock.now() >= sweepAt) {
        await sweep(this.#shelf, objects, lease);
        sweepAt = broker.clock.now() + SWEEP_MS;
      }
      await delay(broker.clock, LOOK_MS, lease.signal);
    }
  }
}
