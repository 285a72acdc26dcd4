import type { CallRecord } from './call-record.ts';

/** Records kept in memory. */
export const RING_RECORDS = 1_000;

/** The newest records of this process. */
export class RecordRing {
  readonly #kept: CallRecord[] = [];
  #next = 0;

  /** Keeps one more, in place of the oldest when there are a thousand. */
  add(record: CallRecord): void {
    this.#kept[this.#next] = record;
    this.#next = (this.#next + 1) % RING_RECORDS;
  }

  /** All of them, the oldest first. */
  all(): readonly CallRecord[] {
    return [...this.#kept.slice(this.#next), ...this.#kept.slice(0, this.#next)];
  }

  /** Those of one call, or of one trace. */
  find(id: string): readonly CallRecord[] {
    return this.all().filter(({ call, trace_id }) => call === id || trace_id === id);
  }
}
