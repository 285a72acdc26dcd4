import type { StreamFrame } from '../wire/stream-frame.ts';

/**
 * What a frame means to its reader: `old` was here before, `gap` says that one before it is lost, `overrun` that the
 * writer sent more than it was allowed.
 */
export type Taken = 'item' | 'end' | 'error' | 'beat' | 'old' | 'gap' | 'overrun';

/**
 * The reader's side of one stream; no clock, no I/O. It holds at most `credit` items that were not consumed, hands on a
 * gapless beginning of what was written, and grants what it consumed once half of the credit is used.
 */
export class Inflow {
  readonly credit: number;
  #next = 0;
  #room: number;
  #consumed = 0;
  #over = false;

  constructor(credit: number) {
    this.credit = credit;
    this.#room = credit;
  }

  /** Nothing of the stream has been taken yet. */
  get untouched(): boolean {
    return this.#next === 0;
  }

  /** Takes one frame; after `end`, `error`, `gap` and `overrun` every further one is `old`. */
  take({ seq, kind }: StreamFrame): Taken {
    if (this.#over) return 'old';
    if (kind === 'beat') return seq >= Math.max(1, this.#next) ? this.#end('gap') : 'beat';
    if (seq < this.#next) return 'old';
    if (seq > this.#next) return this.#end('gap');
    this.#next += 1;
    if (kind !== 'data') return this.#end(kind);
    this.#room -= 1;
    return this.#room < 0 ? this.#end('overrun') : 'item';
  }

  /** One item was consumed; returns the credit to grant now, 0 for none. */
  consume(): number {
    this.#consumed += 1;
    if (this.#over || this.#consumed < this.credit / 2) return 0;
    const grant = this.#consumed;
    this.#consumed = 0;
    this.#room += grant;
    return grant;
  }

  #end<T extends Taken>(how: T): T {
    this.#over = true;
    return how;
  }
}
