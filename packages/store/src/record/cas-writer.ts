import { type Clock, delay, MeshError } from '@seedcore/protocol';
import type { Broker, Stored, Written } from '../broker/broker.ts';
import { REMEMBERED_WRITES } from './envelope.ts';
import type { Current, RecordCodec } from './record-codec.ts';
import { type Place, recordMessage, type Step, subjectOf } from './record-message.ts';
import { isBehind, type Settled, settle } from './settle.ts';
import { writeId } from './write-id.ts';

/** One compare-and-set; `endsAt` is when to give up, on the process's clock. */
export type Swap<T> = Step<T> & { readonly endsAt: number };

/** How a swap came out; `now` is what the key holds. */
export type Swapped<T> = { readonly made: boolean; readonly now: Current<T> };

/** Nothing is there. */
export const absent = <T>(): Current<T> => ({
  value: undefined,
  rev: 0,
  at: new Date(0),
  writes: [],
  ttlMs: undefined,
  version: 0,
});

/** Reads and swaps single records, and finds out what became of swaps whose answer is in doubt. */
export class CasWriter<T extends object> {
  readonly #broker: Broker;
  readonly #codec: RecordCodec<T>;
  readonly #place: Place;

  constructor(broker: Broker, codec: RecordCodec<T>, place: Place) {
    this.#broker = broker;
    this.#codec = codec;
    this.#place = place;
  }

  /** The key as it is now. */
  async read(key: string, fresh: boolean): Promise<Current<T>> {
    const subject = this.#subject(key);
    const stored = await this.#broker.last(this.#place.stream, subject, { fresh });
    return stored === undefined ? absent() : this.decode(stored);
  }

  /** Decodes what a list or a watch brought. */
  decode(stored: Stored): Current<T> {
    return this.#codec.decode(stored, stored.subject);
  }

  /** @throws MeshError `timeout` when the broker could not be asked what became of it */
  async swap(swap: Swap<T>): Promise<Swapped<T>> {
    const id = writeId(this.#broker.random);
    this.#codec.checkWritable(swap.before, this.#subject(swap.key));
    for (;;) {
      const answer = await this.#send(swap, id);
      if (answer?.ok) return { made: true, now: this.#written(swap, id, answer.seq) };
      const now = await this.#readUntil(swap, answer === undefined);
      const verdict: Settled = settle(id, swap.before, { ...now, remembers: REMEMBERED_WRITES });
      if (verdict === 'written') return { made: true, now: now.writes.at(-1) === id ? now : this.#overtaken(swap, id) };
      if (verdict === 'lost') return { made: false, now };
      // A refused creation of a key with a long history: whoever created it, it is not ours any more.
      if (verdict === 'unknown' && answer !== undefined && swap.before.rev === 0) return { made: false, now };
      if (verdict === 'unknown') throw this.#doubt(swap.key);
      await this.#pause(swap);
    }
  }

  /** The broker's answer, or undefined when none came. */
  async #send(swap: Swap<T>, id: string): Promise<Written | undefined> {
    const { subject, body, options } = recordMessage(swap, id, { codec: this.#codec, place: this.#place });
    try {
      return await this.#broker.write(subject, body, { ...options, group: this.#place.stream });
    } catch (error) {
      if (!(error instanceof MeshError) || error.code !== 'timeout') throw error;
      return undefined;
    }
  }

  /**
   * Reads from the leader, again and again while the answer to a write is owed. A leader that was cut off shows what is
   * older than what this write was based on: that says nothing about it.
   */
  async #readUntil(swap: Swap<T>, sentInDoubt: boolean): Promise<Current<T>> {
    for (;;) {
      try {
        const now = await this.read(swap.key, true);
        if (!isBehind(swap, now)) return now;
        await this.#pause(swap);
      } catch (error) {
        if (!(error instanceof MeshError)) throw error;
        if (this.#clock.now() >= swap.endsAt) throw sentInDoubt ? this.#doubt(swap.key, error) : error;
        await this.#pause(swap);
      }
    }
  }

  async #pause(swap: Swap<T>): Promise<void> {
    if (this.#clock.now() >= swap.endsAt) throw this.#doubt(swap.key);
    await delay(this.#clock, 50 + 200 * this.#broker.random.next());
  }

  #written(swap: Swap<T>, id: string, rev: number): Current<T> {
    const at = new Date(this.#clock.wallMs());
    const writes = [...swap.before.writes, id].slice(-REMEMBERED_WRITES);
    return { value: swap.next, rev, at, writes, ttlMs: swap.ttlMs, version: 0 };
  }

  /**
   * What this write made, with others on top of it by now: whoever wrote must not take their value and revision for its
   * own. No other write of the key lies between what it was based on and itself, so the next number stands for it.
   */
  #overtaken(swap: Swap<T>, id: string): Current<T> {
    return this.#written(swap, id, swap.before.rev + 1);
  }

  #doubt(key: string, cause?: unknown): MeshError {
    const target = this.#subject(key);
    return new MeshError('timeout', { target, message: `${target}: may or may not have been written`, cause });
  }

  #subject(key: string): string {
    return subjectOf(this.#place, key);
  }

  get #clock(): Clock {
    return this.#broker.clock;
  }
}
