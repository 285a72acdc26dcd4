import type { Clock, Timer } from '@seedcore/protocol';
import type { Stored } from '../broker/broker.ts';
import type { ConsumerSpec } from '../broker/delivery.ts';
import type { MemoryStream } from './memory-stream.ts';

type Pending = { readonly deliveries: number; timer: Timer };
/** A message handed to a puller, and how often it has been. */
export type Handed = { readonly message: Stored; readonly deliveries: number };
type Waiter = { readonly batch: number; readonly give: (handed: readonly Handed[]) => void; readonly timer: Timer };

/** A durable pull consumer with explicit acknowledgement, in memory. */
export class MemoryConsumer {
  spec: ConsumerSpec;
  readonly #stream: MemoryStream;
  readonly #clock: Clock;
  readonly #pending = new Map<number, Pending>();
  readonly #due = new Map<number, number>();
  readonly #waiters: Waiter[] = [];
  #next = 0;

  constructor(stream: MemoryStream, spec: ConsumerSpec, clock: Clock) {
    this.#stream = stream;
    this.spec = spec;
    this.#clock = clock;
    stream.onMessage(() => this.#serve());
  }

  /** Messages not delivered yet. */
  get waiting(): number {
    return [...this.#stream.matching(this.spec.filter, this.#next + 1)].length;
  }

  /** No message up to this sequence will be delivered any more. */
  get settled(): number {
    const open = [...this.#pending.keys(), ...this.#due.keys()];
    return open.length === 0 ? this.#next : Math.min(...open) - 1;
  }

  /** Hands over what is there, or what comes within `waitMs`; the returned function ends the waiting. */
  take(
    asked: { readonly batch: number; readonly waitMs: number },
    give: (handed: readonly Handed[]) => void,
  ): () => void {
    const now = this.#collect(asked.batch);
    if (now.length > 0 || asked.waitMs <= 0) {
      give(now);
      return () => undefined;
    }
    const timer = this.#clock.after(asked.waitMs, () => this.#leave(waiter));
    const waiter: Waiter = { batch: asked.batch, give, timer };
    this.#waiters.push(waiter);
    return () => this.#leave(waiter);
  }

  /** Takes a delivery's answer; false when it is too late to matter. */
  settle(seq: number): boolean {
    const pending = this.#pending.get(seq);
    pending?.timer.cancel();
    this.#due.delete(seq);
    return this.#pending.delete(seq);
  }

  again(seq: number, delayMs: number): void {
    const pending = this.#pending.get(seq);
    if (pending === undefined) return;
    pending.timer.cancel();
    pending.timer = this.#clock.after(delayMs, () => this.#redeliver(seq));
  }

  extend(seq: number): void {
    this.again(seq, this.spec.ackWaitMs);
  }

  #redeliver(seq: number): void {
    const pending = this.#pending.get(seq);
    if (pending === undefined) return;
    this.#pending.delete(seq);
    if (this.spec.maxDeliver >= 0 && pending.deliveries >= this.spec.maxDeliver) return; // stays in the stream for ever
    this.#due.set(seq, pending.deliveries);
    this.#serve();
  }

  #collect(batch: number): Handed[] {
    const handed: Handed[] = [];
    for (const [seq, deliveries] of [...this.#due]) {
      if (handed.length >= batch) return handed;
      this.#due.delete(seq);
      const message = [...this.#stream.matching(this.spec.filter, seq)].find((one) => one.seq === seq);
      if (message !== undefined) handed.push(this.#hand(message, deliveries + 1));
    }
    for (const message of this.#stream.matching(this.spec.filter, this.#next + 1)) {
      if (handed.length >= batch || this.#pending.size >= this.spec.maxAckPending) break;
      this.#next = message.seq;
      handed.push(this.#hand(message, 1));
    }
    return handed;
  }

  #hand(message: Stored, deliveries: number): Handed {
    const timer = this.#clock.after(this.spec.ackWaitMs, () => this.#redeliver(message.seq));
    this.#pending.set(message.seq, { deliveries, timer });
    return { message, deliveries };
  }

  #serve(): void {
    for (let waiter = this.#waiters[0]; waiter !== undefined; waiter = this.#waiters[0]) {
      const handed = this.#collect(waiter.batch);
      if (handed.length === 0) return;
      this.#waiters.shift();
      waiter.timer.cancel();
      waiter.give(handed);
    }
  }

  #leave(waiter: Waiter): void {
    const place = this.#waiters.indexOf(waiter);
    if (place < 0) return;
    this.#waiters.splice(place, 1);
    waiter.timer.cancel();
    waiter.give([]);
  }
}
