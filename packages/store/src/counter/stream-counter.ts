import { isToken } from '@seedcore/protocol';
import type { Broker } from '../broker/broker.ts';
import { PATIENCE_MS, patiently } from '../broker/patiently.ts';
import { writeId } from '../record/write-id.ts';
import { StoreError } from '../store-error.ts';
import type { Counter, CounterOptions } from './counter.ts';
import { increment, readSum } from './increment.ts';

const OP = /^[A-Za-z0-9_.:-]{1,200}$/;

/** @throws StoreError `invalid_key` unless `key` is one token */
export function openCounter(broker: Broker, key: string, options: CounterOptions = {}): Counter {
  if (!isToken(key)) throw new StoreError('invalid_key', 'counters', `${JSON.stringify(key.slice(0, 64))} is no name`);
  return new StreamCounter(broker, key, options);
}

/** A counter in a stream whose broker adds up. */
class StreamCounter implements Counter {
  readonly #broker: Broker;
  readonly #key: string;
  readonly #windowMs: number | undefined;

  constructor(broker: Broker, key: string, { windowMs }: CounterOptions) {
    this.#broker = broker;
    this.#key = key;
    this.#windowMs = windowMs;
  }

  async add(by: number, op = writeId(this.#broker.random) + writeId(this.#broker.random)): Promise<number> {
    const subject = this.#subject();
    if (!Number.isSafeInteger(by)) throw new StoreError('invalid_value', subject, `${by} is not a whole number`);
    if (!OP.test(op))
      throw new StoreError('invalid_value', subject, `${JSON.stringify(op.slice(0, 64))} names no change`);
    const sum = await this.#certainly(() => increment(this.#broker, subject, { by, op }));
    return sum ?? this.#sum(subject);
  }

  read(): Promise<number> {
    return this.#sum(this.#subject());
  }

  #sum(subject: string): Promise<number> {
    return this.#certainly(() => readSum(this.#broker, subject));
  }

  /** Under the name of the change it can be sent until there is an answer. */
  #certainly<R>(work: () => Promise<R>): Promise<R> {
    const endsAt = this.#broker.clock.now() + PATIENCE_MS;
    return patiently(this.#broker, { endsAt, repeatable: true }, work);
  }

  #subject(): string {
    const window = this.#windowMs === undefined ? 'total' : Math.floor(this.#broker.clock.wallMs() / this.#windowMs);
    return `${this.#broker.ns}.rl.${this.#key}.${window}`;
  }
}
