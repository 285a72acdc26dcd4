import type { Deliver, Handler, Tasks, Worker } from '@seedcore/tasks';
import { MAX_RUNS_OF_TASK, RESPAWN_WINDOWS_MS } from '../domain/respawn.ts';

/** A worker not heard of for so long has lost its task, and how often it says that it lives, in ms. */
const TIMES = { ackWaitMs: 15_000, beatMs: 5000 };
/** Clocks of runs are the sweeper's; these are the second look, beyond the longest a skill may ask for, in ms. */
const SECOND_LOOK = { idleMs: 660_000, runMs: 3_660_000 };
/** How long a worker that is replaced may take to finish what it has, in ms: as long as a run may. */
export const REPLACED_DRAIN_MS = 600_000;

/** How queues are worked whose runs are watched here. */
export const queueTerms = (slots: number) => ({
  slots,
  times: TIMES,
  retry: { attempts: MAX_RUNS_OF_TASK, windowsMs: [...RESPAWN_WINDOWS_MS] },
  ...SECOND_LOOK,
});

/** What the queues stand on. */
export type QueuePorts = {
  readonly tasks: Pick<Tasks, 'worker'>;
  /** Handlers of an organ by task type. */
  readonly handlers: (organId: string) => Readonly<Record<string, Handler>>;
  /** True for an organ that is to begin nothing, as its record says. */
  readonly stopped?: (organId: string) => boolean;
  /** Tells what runs that count left behind. */
  readonly deliver?: Deliver;
};

type Open = { readonly worker: Worker; readonly slots: number };

/** Pulls the queue of every organ that has agents here, one task per agent at a time. */
export class OrganQueues {
  readonly #ports: QueuePorts;
  readonly #open = new Map<string, Open>();
  readonly #agents = new Map<string, number>();
  readonly #halted = new Set<string>();
  #closed = false;

  constructor(ports: QueuePorts) {
    this.#ports = ports;
  }

  /** An organ has so many agents here now; what a replaced worker is running goes on. */
  resize(organId: string, agents: number): void {
    this.#agents.set(organId, agents);
    this.#fit(organId);
  }

  /** Begins nothing of an organ until it is resumed: lets what runs finish for `graceMs`, hands the rest back. */
  async halt(organId: string, graceMs: number): Promise<void> {
    this.#halted.add(organId);
    const open = this.#open.get(organId);
    this.#open.delete(organId);
    await open?.worker.drain(graceMs);
  }

  /** An organ begins tasks again, as many at once as it has agents. */
  resume(organId: string): void {
    this.#halted.delete(organId);
    this.#fit(organId);
  }

  #fit(organId: string): void {
    const before = this.#open.get(organId);
    const idle = this.#halted.has(organId) || (this.#ports.stopped?.(organId) ?? false);
    const slots = idle ? 0 : (this.#agents.get(organId) ?? 0);
    if (this.#closed || (before?.slots ?? 0) === slots) return;
    this.#open.delete(organId);
    if (slots > 0) this.#open.set(organId, { worker: this.#worker(organId, slots), slots });
    void before?.worker.drain(REPLACED_DRAIN_MS);
  }

  /** Takes nothing new, lets what runs finish for `graceMs`, hands the rest back. */
  async drain(graceMs: number): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map(({ worker }) => worker.drain(graceMs)));
  }

  #worker(organId: string, slots: number): Worker {
    const { tasks, handlers, deliver } = this.#ports;
    const how = { ...queueTerms(slots), handlers: handlers(organId) };
    return tasks.worker(organId, deliver === undefined ? how : { ...how, deliver });
  }
}
