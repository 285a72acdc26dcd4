import { type Clock, noHeaders, type Random } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';
import { subjectMatches } from './subject-match.ts';

/** Time and chance of a bus. */
export type BusPorts = { readonly clock: Clock; readonly random: Random };

/** One subscriber on the bus. */
export type Interest = {
  readonly subject: string;
  readonly queue: string | undefined;
  /** False while its endpoint is disconnected: the broker then knows nothing of it. */
  readonly connected: () => boolean;
  /** False while it drains: it takes what is on its way and nothing new. */
  readonly accepts: () => boolean;
  readonly deliver: (message: WireMessage) => void;
};

type Fault = { readonly pattern: string; readonly share: number; readonly delayMs: number | undefined };

const STATUS_NO_RESPONDERS = 503;
const EMPTY = new Uint8Array(0);

/** A broker in memory: queue groups, wildcards, no-responder answers, and faults by subject. */
export class MemoryBus {
  /** Large bodies of every mesh on this bus, by name. */
  readonly bodies = new Map<string, Uint8Array>();
  readonly #clock: Clock;
  readonly #random: Random;
  readonly #interests = new Set<Interest>();
  readonly #faults = new Set<Fault>();
  #endpoints = 0;

  constructor({ clock, random }: BusPorts) {
    this.#clock = clock;
    this.#random = random;
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

  /** Takes a message from an endpoint. */
  publish(message: WireMessage): void {
    const receivers = this.#receivers(message.subject);
    if (receivers.length === 0 && message.reply !== undefined) this.#noResponders(message.reply);
    for (const receiver of receivers) this.#send(receiver, message);
  }

  /** Loses messages whose subject matches; `share` of them, by chance. Ends when the returned function is called. */
  drop(pattern: string, share = 1): () => void {
    return this.#fault({ pattern, share, delayMs: undefined });
  }

  /** Delivers matching messages `ms` later. Ends when the returned function is called. */
  delay(pattern: string, ms: number): () => void {
    return this.#fault({ pattern, share: 1, delayMs: ms });
  }

  /** Resolves when every message published so far, and not delayed, has arrived. */
  settled(): Promise<void> {
    return new Promise((resolve) => queueMicrotask(resolve));
  }

  #receivers(subject: string): readonly Interest[] {
    const interested = [...this.#interests].filter(
      (one) => one.connected() && one.accepts() && subjectMatches(one.subject, subject),
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
    const faults = [...this.#faults].filter((fault) => subjectMatches(fault.pattern, message.subject));
    if (faults.some((fault) => fault.delayMs === undefined && this.#random.next() < fault.share)) return;
    const delayMs = faults.reduce((sum, fault) => sum + (fault.delayMs ?? 0), 0);
    const arrive = () => {
      // Interest may have ended, or the endpoint gone, while the message travelled.
      if (this.#interests.has(receiver) && receiver.connected()) receiver.deliver(message);
    };
    if (delayMs > 0) this.#clock.after(delayMs, arrive);
    else queueMicrotask(arrive);
  }

  #fault(fault: Fault): () => void {
    this.#faults.add(fault);
    return () => this.#faults.delete(fault);
  }
}
