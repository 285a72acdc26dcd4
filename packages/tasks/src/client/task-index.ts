import { delay } from '@seedcore/protocol';
import type { Watch } from '@seedcore/store';
import type { TaskShelf } from '../record/task-shelf.ts';
import type { TaskFilter, TaskPage, TaskSummary } from '../tasks.ts';
import { summaryOf } from './task-view.ts';

/** Tasks remembered; beyond that the oldest are left out. */
const MAX_TASKS = 10_000;
/** Longest wait for the first reading of the index, in ms. */
const FIRST_READING_MS = 2000;

/** Short views of the tasks there are, kept current by watching, from the first list on. */
export class TaskIndex {
  readonly #shelf: TaskShelf;
  readonly #tasks = new Map<string, TaskSummary>();
  #watch: Watch | undefined;
  #read = false;
  #leftOut = false;

  constructor(shelf: TaskShelf) {
    this.#shelf = shelf;
  }

  /** Newest first; counts cover everything that matches apart from the state. */
  async list(filter: TaskFilter): Promise<TaskPage> {
    await this.#ready();
    const matching = [...this.#tasks.values()].filter((task) => matches(task, filter));
    const counts: Partial<Record<TaskSummary['state'], number>> = {};
    for (const { state } of matching) counts[state] = (counts[state] ?? 0) + 1;
    const wanted = matching
      .filter((task) => filter.state === undefined || task.state === filter.state)
      .map((task) => ({ task, place: placeOf(task) }))
      .filter(({ place }) => filter.cursor === undefined || place < filter.cursor)
      .sort((a, b) => (a.place < b.place ? 1 : -1));
    const page = wanted.slice(0, Math.max(1, filter.limit));
    const items = page.map(({ task }) => task);
    const complete = this.#read && !this.#leftOut;
    const last = wanted.length > page.length ? page.at(-1)?.place : undefined;
    return { items, counts, complete, ...(last === undefined ? {} : { cursor: last }) };
  }

  close(): void {
    this.#watch?.stop();
  }

  async #ready(): Promise<void> {
    if (this.#read) return;
    await this.#shelf.ready();
    this.#watch ??= this.#shelf.records.watch('t.', ({ key, value }) => {
      if (value === undefined) this.#tasks.delete(key);
      else this.#keep(key, summaryOf(value));
    });
    const read = this.#watch.ready.then(() => {
      this.#read = true;
    });
    await Promise.race([read, delay(this.#shelf.broker.clock, FIRST_READING_MS)]);
  }

  #keep(key: string, task: TaskSummary): void {
    this.#tasks.delete(key);
    this.#tasks.set(key, task);
    const oldest = this.#tasks.size > MAX_TASKS ? this.#tasks.keys().next().value : undefined;
    if (oldest === undefined) return;
    this.#tasks.delete(oldest);
    this.#leftOut = true;
  }
}

function matches(task: TaskSummary, { type, domain, queue, since }: TaskFilter): boolean {
  if (type !== undefined && task.type !== type) return false;
  if (domain !== undefined && task.domain !== domain) return false;
  if (queue !== undefined && task.queue !== queue) return false;
  return since === undefined || Date.parse(task.created_at) >= Date.parse(since);
}

/** Sorts by creation, then by id; also the cursor. */
const placeOf = ({ created_at, id }: TaskSummary): string => `${created_at} ${id}`;
