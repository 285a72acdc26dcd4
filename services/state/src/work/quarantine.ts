import { type Clock, MeshError, type Timer } from '@seedcore/protocol';
import { FlawBook, type Flawed } from '../domain/flaw-book.ts';
import type { CorruptRecord, QuarantineShelf } from '../quarantine-ports.ts';

/** How often it is looked whether flawed records have been repaired, and copied what could not be, in ms. */
const AGAIN_MS = 30_000;
/** Most copies that wait to be made; what is beyond is copied when it is met again. */
const MOST_WAITING = 1000;

/** What quarantine works with, and who hears of a record that was copied for the first time. */
export type QuarantineHost = {
  readonly clock: Clock;
  readonly shelf: QuarantineShelf;
  readonly report: (where: string, error: unknown) => void;
  readonly onCorrupt: (record: Flawed) => void;
};

/**
 * Counts the flawed records this replica meets, and has the bytes of corrupt ones copied. The records are left alone; one
 * that was repaired or removed is struck out within 30 s.
 */
export class Quarantine {
  readonly book = new FlawBook();
  readonly #host: QuarantineHost;
  readonly #waiting = new Map<string, CorruptRecord>();
  #timer: Timer | undefined;
  #running: Promise<void> | undefined;
  #stopped = false;

  constructor(host: QuarantineHost) {
    this.#host = host;
  }

  /** Takes what the store met. */
  note(met: CorruptRecord): void {
    if (this.#stopped || !this.book.note(met)) return;
    if (met.kind === 'corrupt_record' && this.#waiting.size < MOST_WAITING)
      this.#waiting.set(`${met.bucket} ${met.key}`, met);
    this.#wakeIn(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    await this.#running;
  }

  #wakeIn(ms: number): void {
    if (this.#stopped || this.#running !== undefined) return;
    this.#timer?.cancel();
    this.#timer = this.#host.clock.after(ms, () => {
      this.#running = this.#round().finally(() => {
        this.#running = undefined;
        if (this.book.list().length + this.#waiting.size > 0) this.#wakeIn(AGAIN_MS);
      });
    });
  }

  async #round(): Promise<void> {
    try {
      for (const flawed of await this.#host.shelf.changed(this.book.list())) this.book.strike(flawed);
      // One after the other: what comes meanwhile is copied in the same round.
      for (const [name, record] of this.#waiting) {
        if (this.#stopped) return;
        await this.#copy(record);
        if (this.#waiting.get(name) === record) this.#waiting.delete(name);
      }
    } catch (error) {
      if (!(error instanceof MeshError)) throw error;
      this.#host.report('quarantine', error); // what is left is copied in the next round
    }
  }

  /** Returns when there is a copy, or there can be none. @throws MeshError when it can be tried again */
  async #copy(record: CorruptRecord): Promise<void> {
    try {
      if (await this.#host.shelf.keep(record)) this.#host.onCorrupt(record);
    } catch (error) {
      if (!(error instanceof MeshError) || error.retryable) throw error;
      this.#host.report(`quarantine of ${record.bucket} ${record.key}`, error);
    }
  }
}
