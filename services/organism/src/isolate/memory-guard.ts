import type { Worker } from 'node:worker_threads';
import type { Clock, Timer } from '@seedcore/protocol';
import type { Fault } from './carrier.ts';
import type { FromIsolate, ToIsolate } from './messages.ts';

/** How often a busy thread is looked at, in ms. */
export const LOOK_EVERY_MS = 250;
const MIB = 1_048_576;

/** What the guard reads of a thread: it answers also while its code spins. */
export type Measured = Pick<Worker, 'getHeapStatistics'>;

/**
 * Watches what a busy thread holds outside of its heap, buffers and the memory of WebAssembly, which the limit of the heap
 * does not count. Above what its skill may use it says so, once; the thread is then to be ended.
 */
export class MemoryGuard {
  readonly #thread: Measured;
  readonly #limitMb: number;
  readonly #clock: Clock;
  readonly #over: (fault: Fault) => void;
  #timer: Timer | undefined;
  #busy = false;

  constructor(thread: Measured, memoryMb: number, ports: { clock: Clock; over: (fault: Fault) => void }) {
    this.#thread = thread;
    this.#limitMb = memoryMb;
    this.#clock = ports.clock;
    this.#over = ports.over;
  }

  /** Something is said to the thread: a run begins its watch. */
  said(message: ToIsolate): void {
    if (message.say !== 'run' || this.#busy) return;
    this.#busy = true;
    this.#lookLater();
  }

  /** The thread says something: the end of its run ends the watch. */
  heard(message: FromIsolate): void {
    if (message.say === 'ended') this.rest();
  }

  /** Nothing runs any more, or the thread is gone. */
  rest(): void {
    this.#busy = false;
    this.#timer?.cancel();
  }

  #lookLater(): void {
    this.#timer = this.#clock.after(LOOK_EVERY_MS, () => void this.#look());
  }

  /** A thread that cannot answer any more is gone, or about to go: that is heard of elsewhere. */
  async #look(): Promise<void> {
    const used = await this.#thread.getHeapStatistics().catch(() => undefined);
    if (!this.#busy) return;
    const usedMb = Math.round((used?.external_memory ?? 0) / MIB);
    if (usedMb <= this.#limitMb) return this.#lookLater();
    this.rest();
    const message = `the skill holds ${usedMb} MiB outside of its heap, more than ${this.#limitMb}`;
    this.#over({ code: 'out_of_memory', message });
  }
}
