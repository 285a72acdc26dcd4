import { delay, MeshError, type Timer } from '@seedcore/protocol';
import type { Delivery, Stop } from '@seedcore/store';
import type { TaskShelf } from '../record/task-shelf.ts';
import { type Claim, holds } from '../record/transitions.ts';
import type { Progress } from '../task-spec.ts';
import type { QueueTimes } from '../worker.ts';
import type { Report } from './report.ts';
import { type StopKind, stopReason } from './stopped.ts';

/** Pause before a write that failed is tried again, in ms. */
const PAUSE_MS = 250;

/** What is watched, and whom to tell. */
export type Watched = {
  readonly id: string;
  readonly claim: Claim;
  readonly delivery: Delivery;
  readonly times: QueueTimes;
  readonly idleMs: number;
  readonly runMs: number;
  readonly deadlineMs: number | undefined;
  readonly stop: (kind: StopKind) => void;
  readonly report: Report;
};

/**
 * Keeps the lease of one attempt while it makes progress, learns of cancellation and of other claims at every beat, and
 * stops it at its limits, at its deadline, and when the broker could not be reached for nearly the length of the lease.
 */
export class AttemptWatch {
  readonly #shelf: TaskShelf;
  readonly #watched: Watched;
  readonly #timers = new Set<Timer>();
  readonly #reconnected: Stop;
  #contact: Timer | undefined;
  #activeAt: number;
  #progress: Progress | undefined;
  #stored: Progress | undefined;
  #leaseEndsAt = Number.POSITIVE_INFINITY;
  #over = false;
  #lost: 'fenced' | 'lost_contact' | undefined;

  constructor(shelf: TaskShelf, watched: Watched) {
    const { clock } = shelf.broker;
    this.#shelf = shelf;
    this.#watched = watched;
    this.#activeAt = clock.now();
    this.#keepContact(clock.now());
    this.#after(watched.runMs, () => this.#stop('run_limit'));
    if (watched.deadlineMs !== undefined)
      this.#after(Math.max(0, watched.deadlineMs - shelf.now()), () => this.#stop('deadline'));
    this.#beatLater();
    this.#reconnected = shelf.broker.onReconnect(() => void this.#beat());
  }

  /** Something happened: a step ended, or the handler reported progress. */
  touch(progress?: Progress): void {
    this.#activeAt = this.#shelf.broker.clock.now();
    if (progress !== undefined) this.#progress = progress;
  }

  /** Looks at the record at once, because somebody said that it has changed. */
  look(): void {
    void this.#look().catch((error: unknown) => this.#pass(error));
  }

  /** True when the claim is another's, or may be. */
  get lost(): boolean {
    return this.#lost !== undefined;
  }

  /**
   * Repeats `work` while the broker is out of reach, for as long as the lease lasts. A process that stood still for longer
   * than that, and has not noticed yet, does nothing any more.
   */
  async insist<T>(work: () => Promise<T>): Promise<T> {
    for (;;) {
      if (this.#shelf.broker.clock.now() >= this.#leaseEndsAt) this.#loseContact();
      if (this.#lost !== undefined) throw stopReason(this.#lost, this.#watched.id);
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof MeshError) || !error.retryable || this.#lost) throw error;
        await delay(this.#shelf.broker.clock, PAUSE_MS * (1 + this.#shelf.broker.random.next()));
      }
    }
  }

  end(): void {
    this.#over = true;
    this.#reconnected.stop();
    this.#contact?.cancel();
    for (const timer of this.#timers) timer.cancel();
  }

  #beatLater(): void {
    this.#after(this.#watched.times.beatMs, () => {
      void this.#beat();
      this.#beatLater();
    });
  }

  async #beat(): Promise<void> {
    const { clock } = this.#shelf.broker;
    if (this.#over) return;
    if (clock.now() - this.#activeAt > this.#watched.idleMs) {
      this.#stop('idle_limit');
      return;
    }
    const sentAt = clock.now();
    try {
      if (!(await this.#watched.delivery.working())) return;
      await this.#look();
      if (!this.#over) this.#keepContact(sentAt);
    } catch (error) {
      this.#pass(error);
    }
  }

  /** The broker out of reach is what beats are for; the next one looks again. */
  #pass(error: unknown): void {
    if (!(error instanceof MeshError)) this.#watched.report(`task ${this.#watched.id}`, error);
  }

  async #look(): Promise<void> {
    const { id, claim } = this.#watched;
    const record = (await this.#shelf.read(id))?.value;
    if (this.#over) return;
    if (record === undefined || !holds(record, claim)) this.#stop('fenced');
    else if (record.desired === 'cancel') this.#stop('cancel');
    else await this.#storeProgress();
  }

  async #storeProgress(): Promise<void> {
    const progress = this.#progress;
    if (progress === undefined || progress === this.#stored) return;
    await this.#shelf.change(this.#watched.id, (now) =>
      now !== undefined && holds(now, this.#watched.claim) ? { ...now, progress } : 'skip',
    );
    this.#stored = progress;
  }

  /** The lease is good from the sending of the last beat that was answered. */
  #keepContact(sentAt: number): void {
    const { clock } = this.#shelf.broker;
    const { ackWaitMs } = this.#watched.times;
    this.#contact?.cancel();
    this.#leaseEndsAt = sentAt + ackWaitMs - ackWaitMs / 6;
    this.#contact = clock.after(this.#leaseEndsAt - clock.now(), () => this.#loseContact());
  }

  #loseContact(): void {
    this.#stop('lost_contact');
  }

  #stop(kind: StopKind): void {
    if (kind === 'fenced' || kind === 'lost_contact') this.#lost ??= kind;
    if (!this.#over) this.#watched.stop(kind);
  }

  #after(ms: number, fire: () => void): void {
    const timer = this.#shelf.broker.clock.after(ms, () => {
      this.#timers.delete(timer);
      fire();
    });
    this.#timers.add(timer);
  }
}
