import { delay, MeshError } from '@seedcore/protocol';
import {
  ballastBytes,
  ballastStream,
  type Candidacy,
  fillBallast,
  freeBallast,
  type Lease,
  readBallast,
  type Store,
} from '@seedcore/store';
import type { TaskShelf } from '../record/task-shelf.ts';
import { mendSchedules } from '../recurring/mend.ts';
import type { SystemOptions } from '../tasks.ts';
import type { Report } from '../work/report.ts';
import { ballastAction } from './ballast-action.ts';
import { Carriers } from './carriers.ts';
import { Timers } from './timers.ts';

/** Between two looks at timers and storage, and at tasks, in ms. */
const TIMERS_MS = 10_000;
const TASKS_MS = 60_000;

/**
 * Repairs what a crash, a full storage or a foreign hand left behind. One process does it for all, by lease; normal work
 * goes on without it.
 */
export class Housekeeping {
  readonly #store: Store;
  readonly #shelf: TaskShelf;
  readonly #report: Report;
  #candidacy: Candidacy | undefined;
  #stopped = false;

  constructor(store: Store, shelf: TaskShelf, report: Report) {
    this.#store = store;
    this.#shelf = shelf;
    this.#report = report;
  }

  /** Stands for the lease once the streams are there. */
  startAfter(ready: Promise<void>, times: SystemOptions): void {
    const start = () => {
      if (!this.#stopped) this.#candidacy ??= this.#store.elect('housekeeper', (lease) => this.#lead(lease, times));
    };
    ready.then(start, start);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    await this.#candidacy?.stop();
  }

  async #lead(lease: Lease, { timersMs = TIMERS_MS, tasksMs = TASKS_MS }: SystemOptions): Promise<void> {
    const timers = new Timers(this.#shelf);
    const carriers = new Carriers(this.#shelf);
    try {
      await Promise.all([
        this.#every(lease, timersMs, () => timers.look(lease)),
        this.#every(lease, timersMs, () => mendSchedules(this.#shelf)),
        this.#every(lease, timersMs, () => this.#lookAtStorage()),
        this.#every(lease, tasksMs, () => carriers.look(lease)),
      ]);
    } finally {
      timers.stop();
      carriers.stop();
    }
  }

  /** Until the lease is over; one look that fails keeps nobody from the next. */
  async #every(lease: Lease, ms: number, look: () => Promise<unknown>): Promise<void> {
    for (;;) {
      await delay(this.#shelf.broker.clock, ms, lease.signal);
      try {
        await look();
      } catch (error) {
        lease.signal.throwIfAborted();
        if (!(error instanceof MeshError)) this.#report('housekeeper', error); // the broker away: the next look
      }
    }
  }

  async #lookAtStorage(): Promise<void> {
    const { broker } = this.#shelf;
    const use = await broker.storage();
    const action = ballastAction(use, await readBallast(broker), this.#shelf.now());
    if (action === 'free' && (await freeBallast(broker)))
      this.#report('storage', new Error('it is nearly full: the ballast was given up'));
    if (action !== 'fill') return;
    await this.#store.provision([ballastStream]);
    await fillBallast(broker, ballastBytes(use.limitBytes));
  }
}
