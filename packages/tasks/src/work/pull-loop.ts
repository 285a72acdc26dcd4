import { delay, type Lane, MeshError } from '@seedcore/protocol';
import type { Delivery, Puller, Stop } from '@seedcore/store';
import { tasksStream } from '../assets.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { allot, type Credits, lanes, noCredits } from './lanes.ts';
import { Pauses } from './pauses.ts';
import { Wake } from './wake.ts';

/** Longest wait of a pull for the first message, in ms. */
const WAIT_MS = 10_000;
/** Pause after a pull that failed, or that came back empty at once, in ms. */
const TROUBLE_MS = 500;
/** Deliveries after which the broker gives up on a message; we stop long before. */
const MAX_DELIVER = 100;
/** Deliveries of one lane that may be unacknowledged at the same time. */
const MAX_ACK_PENDING = 1000;

/** What a loop pulls, and what it does with it. */
export type PullJob = {
  readonly queue: string;
  /** Subjects of one lane; left out, those of the tasks in it. */
  readonly filter?: (lane: Lane) => string;
  readonly slots: number;
  readonly ackWaitMs: number;
  /** Deals with one delivery; it never rejects. */
  readonly handle: (delivery: Delivery) => Promise<void>;
  /** Hears what ends the loop. */
  readonly report: (where: string, error: unknown) => void;
};

/**
 * Pulls from the three lanes of a queue, never more than there are free slots. A lane found empty keeps one waiting pull
 * open; what it brings while no slot is free goes back at once, so that nothing claimed waits inside a process.
 */
export class PullLoop {
  readonly ready: Promise<void>;
  readonly #shelf: TaskShelf;
  readonly #job: PullJob;
  readonly #wake = new Wake();
  readonly #pauses: Pauses;
  readonly #pullers = new Map<Lane, Puller>();
  readonly #waiting = new Set<Lane>();
  readonly #reconnected: Stop;
  readonly #isReady: () => void;
  #credits: Credits = noCredits;
  #busy = 0;
  /** Slots that a round over the lanes may fill any moment. */
  #asked = 0;
  #stopped = false;

  constructor(shelf: TaskShelf, job: PullJob) {
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#isReady = resolve;
    this.#shelf = shelf;
    this.#job = job;
    this.#reconnected = shelf.broker.onReconnect(() => this.#renewPullers());
    this.#pauses = new Pauses(shelf, job.queue, () => this.#pausedOrResumed());
    this.#run().catch((error: unknown) => {
      job.report(`queue ${job.queue}`, error);
      reject(error);
    });
    promise.catch(() => undefined); // reported above, for whoever does not wait
  }

  /** Deliveries being dealt with. */
  get busy(): number {
    return this.#busy;
  }

  /** Takes nothing new. */
  stop(): void {
    this.#stopped = true;
    this.#reconnected.stop();
    this.#pauses.stop();
    this.#renewPullers();
    this.#wake.wake();
  }

  /** Stops and lets what runs come to its end, for `graceMs` at most; what it has told of is in the history then. */
  async drain(graceMs: number): Promise<void> {
    this.stop();
    const { clock } = this.#shelf.broker;
    const until = clock.now() + graceMs;
    while (this.#busy > 0 && clock.now() < until) await delay(clock, Math.min(20, graceMs));
    await this.#shelf.history.flush();
  }

  /** Stopped, or the connection is closed: there is nothing to try again. */
  get #over(): boolean {
    return this.#stopped || this.#shelf.broker.closed;
  }

  async #run(): Promise<void> {
    await this.#until(() => this.#prepare());
    while (!this.#over) {
      const open = lanes.filter((lane) => !this.#waiting.has(lane));
      if (this.#pauses.paused) this.#isReady();
      if (this.#pauses.paused || this.#busy >= this.#job.slots || open.length === 0) {
        await this.#wake.sleep();
        continue;
      }
      await this.#until(() => this.#fill(open));
      this.#isReady();
    }
    this.#isReady();
  }

  /** What was open when it was paused brings nothing any more. */
  #pausedOrResumed(): void {
    if (this.#pauses.paused) this.#renewPullers();
    this.#wake.wake();
  }

  /** Streams and consumers exist afterwards, and it is known whether the queue is paused. */
  async #prepare(): Promise<void> {
    await this.#shelf.ready();
    await this.#pauses.known();
    const { broker, subjects } = this.#shelf;
    for (const lane of lanes)
      await broker.consumer(subjects.stream(tasksStream.name), {
        name: this.#consumer(lane),
        filter: this.#job.filter?.(lane) ?? subjects.taskLane(this.#job.queue, lane),
        ackWaitMs: this.#job.ackWaitMs,
        maxDeliver: MAX_DELIVER,
        maxAckPending: MAX_ACK_PENDING,
      });
  }

  /** One round over the lanes that may have work; those that had less than their share wait for more. */
  async #fill(open: readonly Lane[]): Promise<void> {
    const { credits, shares } = allot(this.#credits, open, this.#job.slots - this.#busy);
    this.#credits = credits;
    const asked = open.filter((lane) => shares[lane] > 0);
    this.#asked = asked.reduce((sum, lane) => sum + shares[lane], 0);
    const taken = Promise.all(asked.map((lane) => this.#puller(lane).take(shares[lane], 0)));
    const found = await taken.finally(() => {
      this.#asked = 0;
    });
    for (const [i, lane] of asked.entries()) {
      const deliveries = found[i] ?? [];
      for (const delivery of deliveries) this.#start(delivery);
      if (deliveries.length < shares[lane]) this.#await(lane);
    }
  }

  #await(lane: Lane): void {
    this.#waiting.add(lane);
    const since = this.#shelf.broker.clock.now();
    const waited = async () => {
      const deliveries = await this.#puller(lane).take(1, WAIT_MS);
      for (const delivery of deliveries) this.#startOrReturn(delivery);
      const tooSoon = deliveries.length === 0 && this.#shelf.broker.clock.now() - since < TROUBLE_MS;
      if (!tooSoon || this.#over) return;
      await delay(this.#shelf.broker.clock, TROUBLE_MS);
      await this.#prepare(); // somebody may have removed the consumer
    };
    const wake = () => {
      this.#waiting.delete(lane);
      this.#wake.wake();
    };
    this.#until(waited).then(wake, (error: unknown) => this.#job.report(`queue ${this.#job.queue}`, error));
  }

  #startOrReturn(delivery: Delivery): void {
    const full = this.#busy + this.#asked >= this.#job.slots;
    if (this.#stopped || this.#pauses.paused || full) delivery.nak(0);
    else this.#start(delivery);
  }

  #start(delivery: Delivery): void {
    this.#busy += 1;
    void this.#job.handle(delivery).finally(() => {
      this.#busy -= 1;
      this.#wake.wake();
    });
  }

  /** Tries again until `work` succeeds: the broker may be away for a while. Anything but that is a defect. */
  async #until(work: () => Promise<void>): Promise<void> {
    while (!this.#over) {
      try {
        return await work();
      } catch (error) {
        if (!(error instanceof MeshError)) throw error;
        await delay(this.#shelf.broker.clock, TROUBLE_MS * (0.5 + this.#shelf.broker.random.next()));
      }
    }
  }

  #puller(lane: Lane): Puller {
    const { broker, subjects } = this.#shelf;
    const known = this.#pullers.get(lane);
    const puller = known ?? broker.puller(subjects.stream(tasksStream.name), this.#consumer(lane));
    this.#pullers.set(lane, puller);
    return puller;
  }

  /** After a reconnect the broker knows nothing of pulls that were open. */
  #renewPullers(): void {
    for (const puller of this.#pullers.values()) puller.stop();
    this.#pullers.clear();
  }

  #consumer(lane: Lane): string {
    return `${this.#job.queue}_${lane}`;
  }
}
