import { MeshError } from '@seedcore/protocol';
import { freeBallast, type Stop } from '@seedcore/store';
import type { TaskShelf } from '../record/task-shelf.ts';
import type { Report } from '../work/report.ts';

/** Between two tries, in ms. */
const PAUSE_MS = 1_000;

/**
 * Gives up the ballast as soon as a write of this process finds no room. It needs no lease, which could not be written
 * then either: to give it up twice changes nothing.
 */
export class GiveWay {
  readonly #shelf: TaskShelf;
  readonly #report: Report;
  #listening: Stop | undefined;
  #notBefore = 0;
  #stopped = false;

  constructor(shelf: TaskShelf, report: Report) {
    this.#shelf = shelf;
    this.#report = report;
  }

  /** Only processes that have work to end need room. */
  start(): void {
    if (!this.#stopped) this.#listening ??= this.#shelf.broker.onStorageFull(() => void this.#free());
  }

  stop(): void {
    this.#stopped = true;
    this.#listening?.stop();
  }

  async #free(): Promise<void> {
    const { broker } = this.#shelf;
    if (broker.clock.now() < this.#notBefore) return;
    this.#notBefore = broker.clock.now() + PAUSE_MS;
    try {
      if (await freeBallast(broker)) this.#report('storage', new Error('it is full: the ballast was given up'));
    } catch (error) {
      if (!(error instanceof MeshError)) this.#report('storage', error); // the next write that finds no room tries again
    }
  }
}
