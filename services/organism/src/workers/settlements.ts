import { type Clock, delay, MeshError } from '@seedcore/protocol';

/** Longest wait until a record has taken the end of a run, in ms. */
const SETTLES_MS = 15_000;

/** Ends of runs that were handed in, until the records of their tasks have taken them, or have not. */
export class Settlements {
  readonly #clock: Clock;
  readonly #open = new Map<string, (held: boolean) => void>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /**
   * Whether the end of a run counts, once that is known; to be asked for before the end is handed in.
   *
   * @throws MeshError `unavailable` when nobody knows in time: a repeat finds out
   */
  async of(run: { readonly taskId: string; readonly epoch: number }): Promise<boolean> {
    const key = keyOf(run);
    const settled = Promise.withResolvers<boolean>();
    const patience = new AbortController();
    this.#open.set(key, settled.resolve);
    const late = delay(this.#clock, SETTLES_MS, patience.signal).then(
      () => undefined,
      () => undefined,
    );
    try {
      const held = await Promise.race([settled.promise, late]);
      if (held !== undefined) return held;
      throw new MeshError('unavailable', {
        target: 'worker.finish',
        message: `the record of ${run.taskId} is out of reach`,
      });
    } finally {
      this.#open.delete(key);
      patience.abort();
    }
  }

  /** The record of a task has taken the end of a run, or has not. */
  settled({ id, epoch, held }: { readonly id: string; readonly epoch: number; readonly held: boolean }): void {
    this.#open.get(keyOf({ taskId: id, epoch }))?.(held);
  }
}

const keyOf = ({ taskId, epoch }: { readonly taskId: string; readonly epoch: number }): string => `${taskId}.${epoch}`;
