import { type Clock, noHeaders, type Random } from '@seedcore/protocol';
import { InstanceFaults } from '../faults/instance-faults.ts';
import { arrivals, REORDER_MS, type SubjectFault } from '../faults/subject-faults.ts';
import { subjectMatches } from '../faults/subject-match.ts';
import type { WireMessage } from '../transport/transport.ts';
import { MemoryBuckets } from './memory-buckets.ts';

/** Time and chance of a bus. */
export type BusPorts = { readonly clock: Clock; readonly random: Random };

/** One subscriber on the bus. */
export type Interest = {
  /** Name of the transport it belongs to, for faults of that one. */
  readonly owner: () => string;
  readonly subject: string;
  readonly queue: string | undefined;
  /** False while its endpoint is disconnected: the broker then knows nothing of it. */
  readonly connected: () => boolean;
  /** False while it drains: it takes what is on its way and nothing new. */
  readonly accepts: () => boolean;
  readonly deliver: (message: WireMessage) => void;
};

const STATUS_NO_RESPONDERS = 503;
const EMPTY = new Uint8Array(0);

/**
 * A broker in memory: queue groups, wildcards, no-responder answers, and faults. A fault of a subject befalls each way
 * of a message to a receiver, by chance, and ends when the function it returned is called.
 */
export class MemoryBus {
  /** Its key-value buckets, with their faults. */
  readonly buckets: MemoryBuckets;
  /** Large bodies of every mesh on this bus, by name. */
  readonly bodies = new Map<string, Uint8Array>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #interests = new Set<Interest>();
  readonly #faults = new Set<SubjectFault>();
  readonly #instances = new InstanceFaults();
  #endpoints = 0;

  constructor({ clock, random }: BusPorts) {
    this.#clock = clock;
    this.#random = random;
    this.buckets = new MemoryBuckets(clock);
  }

  /** A number no other endpoint of this bus has. */
  nextEndpoint(): number {
    this.#endpoints += 1;
    return this.#endpoints;
  }

  /** Adds a subscriber; the returned function takes it away. */
  add(interest: Interest): () => void {
    this.#interests.add(interest);
    return () => this.#interests.delete(interest);
  }

  /** Takes a message from the transport called `from`, or from outside of all faults of instances. */
  publish(message: WireMessage, from = ''): void {
    if (this.#instances.isKilled(from)) return;
    const afterMs = this.#instances.lateness(from, message.subject, this.#clock.now());
    if (afterMs > 0) this.#clock.after(afterMs, () => this.#route(message, from));
    else this.#route(message, from);
  }

  /** Loses a share of the messages whose subject matches. */
  drop(pattern: string, share = 1): () => void {
    return this.#fault({ kind: 'drop', pattern, share, ms: 0 });
  }

  /** Delivers matching messages `ms` later. */
  delay(pattern: string, ms: number, share = 1): () => void {
    return this.#fault({ kind: 'delay', pattern, share, ms });
  }

  /** Delivers matching messages twice. */
  duplicate(pattern: string, share = 1): () => void {
    return this.#fault({ kind: 'duplicate', pattern, share, ms: 0 });
  }

  /** Lets later messages overtake matching ones, which take up to 10 ms. */
  reorder(pattern: string, share = 1): () => void {
    return this.#fault({ kind: 'reorder', pattern, share, ms: REORDER_MS });
  }

  /** Changes one bit of the body of matching messages. */
  corrupt(pattern: string, share = 1): () => void {
    return this.#fault({ kind: 'corrupt', pattern, share, ms: 0 });
  }

  /** Lets no message pass between two instances until the returned function is called; nobody is told. */
  partition(a: string, b: string): () => void {
    return this.#instances.partition(a, b);
  }

  /** Ends an instance as `kill -9` does: the broker knows nothing of it any more, and what it still does has no effect. */
  kill(instance: string): void {
    this.#instances.kill(instance);
  }

  /** Makes the replies of an instance take `factor` times as long, until the returned function is called. */
  slow(instance: string, factor: number): () => void {
    return this.#instances.slow(instance, factor);
  }

  /** Resolves when every message published so far, and not delayed, has arrived. */
  settled(): Promise<void> {
    return new Promise((resolve) => queueMicrotask(resolve));
  }

  #route(message: WireMessage, from: string): void {
    const receivers = this.#receivers(message.subject);
    if (receivers.length === 0 && message.reply !== undefined) this.#noResponders(message.reply);
    for (const receiver of receivers)
      if (!this.#instances.areApart(from, receiver.owner())) this.#send(receiver, message);
  }

  #receivers(subject: string): readonly Interest[] {
    const interested = [...this.#interests].filter(
      (one) => this.#reachable(one) && one.accepts() && subjectMatches(one.subject, subject),
    );
    const groups = new Map<string, Interest[]>();
    for (const one of interested) {
      if (one.queue === undefined) continue;
      const members = groups.get(one.queue) ?? [];
      members.push(one);
      groups.set(one.queue, members);
    }
    const chosen = [...groups.values()].map((members) => members[Math.floor(this.#random.next() * members.length)]);
    return [...interested.filter((one) => one.queue === undefined), ...chosen.filter((one) => one !== undefined)];
  }

  #noResponders(reply: string): void {
    const answer = { subject: reply, reply: undefined, headers: noHeaders, data: EMPTY, status: STATUS_NO_RESPONDERS };
    for (const receiver of this.#receivers(reply)) this.#send(receiver, answer);
  }

  #send(receiver: Interest, message: WireMessage): void {
    for (const { message: one, afterMs } of arrivals(message, this.#faults, this.#random)) {
      const arrive = () => this.#arrive(receiver, one);
      if (afterMs > 0) this.#clock.after(afterMs, arrive);
      else queueMicrotask(arrive);
    }
  }

  /** Interest may have ended, or the endpoint gone, while the message travelled. */
  #arrive(receiver: Interest, message: WireMessage): void {
    if (!this.#interests.has(receiver) || !this.#reachable(receiver)) return;
    if (message.reply !== undefined) this.#instances.received(receiver.owner(), message.reply, this.#clock.now());
    receiver.deliver(message);
  }

  #reachable(receiver: Interest): boolean {
    return receiver.connected() && !this.#instances.isKilled(receiver.owner());
  }

  #fault(fault: SubjectFault): () => void {
    this.#faults.add(fault);
    return () => this.#faults.delete(fault);
  }
}
