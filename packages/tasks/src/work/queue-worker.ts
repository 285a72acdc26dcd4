import { delay, MeshError } from '@seedcore/protocol';
import type { Stop } from '@seedcore/store';
import { reach } from '#crash-points';
import { defaultRetry } from '../record/retry-delay.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { stamped } from '../record/transitions.ts';
import type { QueueTimes, Worker, WorkerOptions } from '../worker.ts';
import { Dealer } from './deal.ts';
import { PullLoop } from './pull-loop.ts';
import type { Report } from './report.ts';
import { type AttemptTerms, RunningAttempt } from './run-attempt.ts';

/** A queue that names no times. */
export const defaultTimes: QueueTimes = { ackWaitMs: 30_000, beatMs: 10_000 };
const IDLE_MS = 120_000;
const RUN_MS = 600_000;
const SLOTS = 4;
const MAX_SLOTS = 256;
/** Attempts handed back at the end of a drain have this long to be written, in ms. */
const HAND_BACK_MS = 5000;

/** Who a worker is, and whom it tells about trouble. */
export type WorkerIdentity = { readonly owner: string; readonly report: Report };

/** Runs the tasks of one queue. */
export class QueueWorker implements Worker {
  readonly queue: string;
  readonly #shelf: TaskShelf;
  readonly #terms: AttemptTerms;
  readonly #loop: PullLoop;
  readonly #attempts = new Set<RunningAttempt>();
  readonly #cancels: Stop;

  constructor(shelf: TaskShelf, identity: WorkerIdentity, job: WorkerOptions & { readonly queue: string }) {
    const { queue } = job;
    this.queue = queue;
    this.#shelf = shelf;
    this.#terms = termsOf(job, identity.report);
    const taker = { queue, owner: identity.owner, claims: true };
    const dealer = new Dealer(shelf, taker, {
      report: identity.report,
      deliver: job.deliver,
      act: async ({ parcel, record, rev }) => {
        reach('worker.after_claim');
        const attempt = new RunningAttempt(shelf, this.#terms, {
          record: stamped(record, rev),
          delivery: parcel.delivery,
        });
        this.#attempts.add(attempt);
        await attempt.done.catch(unreachable).finally(() => this.#attempts.delete(attempt));
      },
    });
    const slots = slotsOf(job.slots);
    const { ackWaitMs } = this.#terms.times;
    this.#loop = new PullLoop(shelf, {
      queue,
      slots,
      ackWaitMs,
      handle: (delivery) => dealer.deal(delivery),
      report: identity.report,
    });
    this.#cancels = shelf.broker.subscribe(shelf.subjects.cancelAll(), ({ subject }) => {
      const id = subject.split('.').at(-1);
      for (const attempt of this.#attempts) if (attempt.id === id) attempt.look();
    });
  }

  get ready(): Promise<void> {
    return this.#loop.ready;
  }

  running(): number {
    return this.#attempts.size;
  }

  async drain(graceMs: number): Promise<void> {
    this.#loop.stop();
    await this.#ended(graceMs);
    for (const attempt of this.#attempts) attempt.stop('drain');
    await this.#ended(HAND_BACK_MS);
    await this.#shelf.history.flush();
    this.#cancels.stop();
  }

  /** Resolves when nothing runs any more, or after `ms`. */
  async #ended(ms: number): Promise<void> {
    if (this.#attempts.size === 0) return;
    const all = Promise.allSettled([...this.#attempts].map((attempt) => attempt.done));
    const patience = new AbortController();
    await Promise.race([all, delay(this.#shelf.broker.clock, ms, patience.signal).catch(() => undefined)]);
    patience.abort();
  }
}

/** An attempt whose end could not be written: its message comes again, and whoever gets it finds the record. */
function unreachable(error: unknown): void {
  if (!(error instanceof MeshError)) throw error;
}

/** Between 1 and 256. */
export const slotsOf = (slots = SLOTS): number => Math.min(MAX_SLOTS, Math.max(1, Math.floor(slots)));

function termsOf(options: WorkerOptions, report: Report): AttemptTerms {
  return {
    report,
    handlers: options.handlers,
    retry: { ...defaultRetry, ...options.retry },
    times: { ...defaultTimes, ...options.times },
    idleMs: options.idleMs ?? IDLE_MS,
    runMs: options.runMs ?? RUN_MS,
    deliver: options.deliver,
    settled: options.settled,
  };
}
