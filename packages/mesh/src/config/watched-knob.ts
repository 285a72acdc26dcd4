import type { Validated } from '@seedcore/protocol';
import { type Knob, keysOf } from './knob.ts';
import { problemText } from './knob-spec.ts';

/** What one watcher of one knob knows: the last good value of each of its keys. */
export class WatchedKnob<T> {
  readonly keys: readonly string[];
  readonly #knob: Knob<T>;
  readonly #on: (value: T | undefined) => void;
  readonly #good = new Map<string, T>();
  #current: T | undefined;

  constructor(knob: Knob<T>, on: (value: T | undefined) => void) {
    this.#knob = knob;
    this.#on = on;
    this.keys = keysOf(knob);
  }

  /** Takes what a key holds now; returns why it cannot be used, and then the last good value of the key stays. */
  take(key: string, written: Validated<unknown>): string | undefined {
    if (written.ok && written.value === undefined) this.#good.delete(key);
    else {
      const read = written.ok ? this.#knob.read(written.value) : written;
      if (!read.ok) return problemText(read.problems);
      this.#good.set(key, read.value);
    }
    this.#tell();
    return undefined;
  }

  #tell(): void {
    const from = this.keys.find((key) => this.#good.has(key));
    const value = from === undefined ? undefined : this.#good.get(from);
    if (Object.is(value, this.#current)) return;
    this.#current = value;
    this.#on(value);
  }
}
