import type { Lease } from '@seedcore/store';
import { tasksStream } from '../assets.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { dueOf, rearmed } from './timer.ts';
import { View } from './view.ts';

/** A timer this late will not fire any more: the storage was full when it was due, or the broker lost it; in ms. */
const LATE_MS = 5_000;
/** Subjects asked for in one read. */
const BATCH = 256;

/** A second look at every timer that the broker holds, whatever it is for. */
export class Timers {
  readonly #shelf: TaskShelf;
  readonly #stream: string;
  readonly #view: View<{ readonly due: number }>;

  constructor(shelf: TaskShelf) {
    const { broker, subjects } = shelf;
    this.#shelf = shelf;
    this.#stream = subjects.stream(tasksStream.name);
    this.#view = new View(broker, {
      stream: this.#stream,
      filter: `${subjects.ns}.sched.>`,
      read: (timer) => {
        const due = dueOf(timer);
        return due === undefined ? undefined : { due };
      },
    });
  }

  stop(): void {
    this.#view.stop();
  }

  /** Arms again what is late; what has fired is gone and is forgotten. */
  async look(lease: Lease): Promise<void> {
    const late = this.#view.entries().filter(([, { due }]) => this.#isLate(due));
    for (let at = 0; at < late.length; at += BATCH) {
      const batch = late.slice(at, at + BATCH);
      const found = await this.#shelf.broker.lastOfEach(
        this.#stream,
        batch.map(([subject]) => subject),
      );
      const there = new Set(found.map(({ subject }) => subject));
      for (const [subject, timer] of batch) {
        lease.check();
        if (there.has(subject)) await this.#arm(subject);
        else this.#view.forget(subject, timer);
      }
    }
  }

  /** Nothing happens when it fires in the meantime, or was replaced: the write expects the very timer that was read. */
  async #arm(subject: string): Promise<void> {
    const { broker } = this.#shelf;
    const timer = await broker.last(this.#stream, subject, { fresh: true });
    const due = timer && dueOf(timer);
    if (timer === undefined || due === undefined || !this.#isLate(due)) return;
    const how = rearmed(timer);
    if (how !== undefined) await broker.write(subject, timer.body, how);
  }

  #isLate(due: number): boolean {
    return due + LATE_MS <= this.#shelf.now();
  }
}
