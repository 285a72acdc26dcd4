import type { Lease } from '@seedcore/store';
import { tasksBucket, tasksStream } from '../assets.ts';
import { recordKey } from '../record/task-keys.ts';
import { jsonBytes, type TaskShelf } from '../record/task-shelf.ts';
import { isCarried, settledByLane } from './carried.ts';
import { type OpenTask, openTask } from './open-task.ts';
import { View } from './view.ts';

/** Tasks asked for in one read, two subjects each. */
const BATCH = 128;
/** Whoever else ends tasks at their deadline has this long to do so, in ms. */
const LATE_MS = 10_000;

/** A second look at every task that has not ended: something has to move it on, and at some time it has to end. */
export class Carriers {
  readonly #shelf: TaskShelf;
  readonly #stream: string;
  readonly #view: View<OpenTask>;
  /** Carriers that were missing at the last look, by task. */
  #missing: ReadonlyMap<string, string> = new Map();

  constructor(shelf: TaskShelf) {
    const { broker, subjects } = shelf;
    const bucket = subjects.bucket(tasksBucket.name);
    this.#shelf = shelf;
    this.#stream = subjects.stream(tasksStream.name);
    this.#view = new View(broker, {
      stream: `KV_${bucket}`,
      filter: `$KV.${bucket}.${recordKey('>')}`,
      read: openTask,
    });
  }

  stop(): void {
    this.#view.stop();
  }

  /** Has sent again what was missing at the last look, too: what was on its way then has arrived by now. */
  async look(lease: Lease): Promise<void> {
    const open = this.#view.entries().map(([, task]) => task);
    const over = open.filter(({ endsAt }) => endsAt + LATE_MS <= this.#shelf.now());
    const missing = await this.#uncarried(open);
    const twice = missing.filter(({ id, carrier }) => this.#missing.get(id) === carrier);
    this.#missing = new Map(missing.map(({ id, carrier }) => [id, carrier]));
    for (const task of over) {
      lease.check();
      await this.#say(task, 'deadline');
    }
    for (const task of twice) {
      lease.check();
      await this.#say(task, 'recarry');
    }
  }

  async #uncarried(open: readonly OpenTask[]): Promise<readonly OpenTask[]> {
    const settled = settledByLane(await this.#shelf.broker.consumerStates(this.#stream));
    const missing: OpenTask[] = [];
    for (let at = 0; at < open.length; at += BATCH) {
      const batch = open.slice(at, at + BATCH);
      const asked = batch.flatMap((task) => [this.#subject(task), this.#shelf.subjects.timer(task.id)]);
      const found = await this.#shelf.broker.lastOfEach(this.#stream, asked);
      const bySubject = new Map(found.map((stored) => [stored.subject, stored]));
      for (const task of batch) {
        const message = bySubject.get(this.#subject(task));
        const timer = bySubject.get(this.#shelf.subjects.timer(task.id));
        if (!isCarried(task.carrier, { message, timer }, settled.get(this.#lane(task)) ?? 0)) missing.push(task);
      }
    }
    return missing;
  }

  /** Who works the queue `sys` does it, and again if he dies in between; said twice it is done once. */
  async #say(task: OpenTask, kind: 'deadline' | 'recarry'): Promise<void> {
    const { broker, subjects } = this.#shelf;
    const { id, carrier } = task;
    await broker.write(subjects.system('normal', id, kind), jsonBytes({ id, carrier }), {
      messageId: `${carrier}.${kind}.late`,
    });
  }

  #subject({ queue, lane, id }: OpenTask): string {
    return this.#shelf.subjects.task(queue, lane, id);
  }

  #lane({ queue, lane }: OpenTask): string {
    return this.#shelf.subjects.taskLane(queue, lane);
  }
}
