import { MAX_CREDIT } from '../limits.ts';
import type { StreamFrame } from '../wire/stream-frame.ts';

/** The writer's side of one stream; no clock, no I/O. It numbers frames and sends no more items than were granted. */
export class Outflow {
  #seq = 0;
  #credit: number;

  constructor(credit: number) {
    this.#credit = Math.min(MAX_CREDIT, credit);
  }

  /** True while an item may be sent. */
  get open(): boolean {
    return this.#credit > 0;
  }

  /** Nothing but beats has been sent yet. */
  get untouched(): boolean {
    return this.#seq === 0;
  }

  /** The frame of the next item; only while `open`. */
  item(): StreamFrame {
    if (!this.open) throw new RangeError('an item without credit');
    this.#credit -= 1;
    return this.#number('data');
  }

  /** The last frame. */
  end(kind: 'end' | 'error'): StreamFrame {
    return this.#number(kind);
  }

  /** A sign of life; it repeats the number of the last frame. */
  beat(): StreamFrame {
    return { seq: Math.max(0, this.#seq - 1), kind: 'beat' };
  }

  /** The reader has room for `add` more items. */
  grant(add: number): void {
    this.#credit = Math.min(MAX_CREDIT, this.#credit + add);
  }

  #number<K extends StreamFrame['kind']>(kind: K) {
    const seq = this.#seq;
    this.#seq += 1;
    return { seq, kind };
  }
}
