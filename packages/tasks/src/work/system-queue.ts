import { MeshError } from '@seedcore/protocol';
import type { Delivery } from '@seedcore/store';
import { lookAt } from '../foreign/look-at.ts';
import { takeAnswer } from '../foreign/take-answer.ts';
import { recarryTask } from '../keep/recarry-task.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { lookAtSchedule } from '../recurring/look.ts';
import type { Worker } from '../worker.ts';
import { expire } from './expire.ts';
import { PullLoop } from './pull-loop.ts';
import { defaultTimes, type WorkerIdentity } from './queue-worker.ts';
import type { Report } from './report.ts';
import { takeSignal } from './take-signal.ts';
import { wakeTask } from './wake-task.ts';

const QUEUE = 'sys';
/** Each is a few reads and writes. */
const SLOTS = 16;
const MAX_PAUSE_MS = 10_000;

/** Deals with one message about task `id`; what it answers is how long to wait before it is looked at again, if at all. */
type SystemWork = (
  shelf: TaskShelf,
  id: string,
  delivery: Delivery,
) => Promise<{ readonly againMs: number } | undefined>;

/** By the last token of the subject. */
const WORK: ReadonlyMap<string, SystemWork> = new Map<string, SystemWork>([
  ['cron', (shelf, name, { at }) => lookAtSchedule(shelf, name, at)],
  ['deadline', expire],
  ['done', takeAnswer],
  ['look', lookAt],
  ['recarry', (shelf, id, { body }) => recarryTask(shelf, id, body)],
  ['signal', (shelf, id, { body }) => takeSignal(shelf, id, body)],
  ['wake', wakeTask],
]);

/** Works what concerns tasks whoever runs them, or nobody. */
export class SystemQueue implements Worker {
  readonly queue = QUEUE;
  readonly #shelf: TaskShelf;
  readonly #report: Report;
  readonly #loop: PullLoop;

  constructor(shelf: TaskShelf, { report }: WorkerIdentity) {
    this.#shelf = shelf;
    this.#report = report;
    this.#loop = new PullLoop(shelf, {
      queue: QUEUE,
      filter: (lane) => shelf.subjects.systemLane(lane),
      slots: SLOTS,
      ackWaitMs: defaultTimes.ackWaitMs,
      handle: (delivery) => this.#deal(delivery),
      report,
    });
  }

  get ready(): Promise<void> {
    return this.#loop.ready;
  }

  running(): number {
    return this.#loop.busy;
  }

  drain(graceMs: number): Promise<void> {
    return this.#loop.drain(graceMs);
  }

  /** Whatever goes wrong, the delivery is made again later; what nobody understands is not. */
  async #deal(delivery: Delivery): Promise<void> {
    const [id = '', kind = ''] = delivery.subject.split('.').slice(-2);
    const work = WORK.get(kind);
    if (work === undefined) {
      this.#report(`task ${id}`, new Error(`nobody knows what "${kind.slice(0, 40)}" means`));
      delivery.term('unknown_kind');
      return;
    }
    try {
      const again = await work(this.#shelf, id, delivery);
      if (again === undefined) delivery.ack();
      else delivery.nak(again.againMs);
    } catch (error) {
      const passing = error instanceof MeshError && error.code !== 'bad_request';
      if (!passing) this.#report(`task ${id}`, error);
      if (error instanceof MeshError && !passing) delivery.term('bad_message');
      else delivery.nak(Math.min(MAX_PAUSE_MS, 500 * 2 ** Math.min(delivery.deliveries, 10)));
    }
  }
}
