import { delay, type Timer } from '@seedcore/protocol';
import type { Watch } from '@seedcore/store';
import { type Pause, pauseKey, pauseLeftMs } from '../record/pause.ts';
import type { TaskShelf } from '../record/task-shelf.ts';

/** Longest time of one timer, in ms. */
const LONGEST_MS = 86_400_000;
/** A process that cannot learn whether its queue is paused begins all the same after this long, in ms. */
const KNOWN_MS = 5_000;

/** Whether one queue is paused, as it is written down; survives every process. */
export class Pauses {
  readonly #shelf: TaskShelf;
  readonly #queue: string;
  readonly #onChange: () => void;
  #watch: Watch | undefined;
  #pause: Pause | undefined;
  #end: Timer | undefined;
  #stopped = false;

  constructor(shelf: TaskShelf, queue: string, onChange: () => void) {
    this.#shelf = shelf;
    this.#queue = queue;
    this.#onChange = onChange;
  }

  get paused(): boolean {
    return this.#pause !== undefined && pauseLeftMs(this.#pause, this.#shelf.now()) > 0;
  }

  /** Resolves once it is known, or cannot be found out at present. */
  async known(): Promise<void> {
    if (this.#stopped) return;
    const key = pauseKey(this.#queue);
    this.#watch ??= this.#shelf.pauses.watch(key, (change) => {
      if (change.key === key) this.#changed(change.value);
    });
    const patience = new AbortController();
    const late = delay(this.#shelf.broker.clock, KNOWN_MS, patience.signal).catch(() => undefined);
    await Promise.race([this.#watch.ready, late]);
    patience.abort();
  }

  stop(): void {
    this.#stopped = true;
    this.#watch?.stop();
    this.#end?.cancel();
  }

  #changed(pause: Pause | undefined): void {
    this.#pause = pause;
    this.#end?.cancel();
    this.#awaitEnd();
    this.#onChange();
  }

  #awaitEnd(): void {
    if (this.#pause === undefined) return;
    const leftMs = pauseLeftMs(this.#pause, this.#shelf.now());
    if (leftMs === Number.POSITIVE_INFINITY || leftMs === 0) return;
    this.#end = this.#shelf.broker.clock.after(Math.min(leftMs, LONGEST_MS), () => {
      this.#awaitEnd();
      this.#onChange();
    });
  }
}
