import { pairsOfBlock, randomText, wireHeaders } from '@seedcore/protocol';
import type { ClosableTransport, ReportDefect } from '../transport/closable.ts';
import { ConnectionGate } from '../transport/connection-gate.ts';
import { guarded } from '../transport/guarded.ts';
import { checkOutgoing, notConnected } from '../transport/outgoing.ts';
import type { PublishOptions, Subscription, TransportState, WireMessage } from '../transport/transport.ts';
import { type BusPorts, MemoryBus } from './memory-bus.ts';

const MAX_PAYLOAD = 1_048_576;

/** Options of a transport in memory; without `bus` it is alone on a new one. */
export type MemoryTransportOptions = BusPorts & {
  readonly bus?: MemoryBus | undefined;
  readonly user?: string | undefined;
  readonly maxPayload?: number | undefined;
  readonly report?: ReportDefect | undefined;
};

/** A transport without a network; `disconnect` and `reconnect` stand for the broker's absence. */
export interface MemoryTransport extends ClosableTransport {
  /** What faults of the bus know it by: the instance it belongs to. */
  readonly name: string;
  belongTo(instance: string): void;
  readonly bus: MemoryBus;
  /** Errors thrown by subscription handlers. */
  readonly defects: readonly unknown[];
  disconnect(): void;
  reconnect(): void;
}

/** A transport attached to a bus in memory, connected from the start. */
export function memoryTransport(options: MemoryTransportOptions): MemoryTransport {
  return new Endpoint(options);
}

class Endpoint implements MemoryTransport {
  readonly bus: MemoryBus;
  readonly inbox: string;
  readonly maxPayload: number;
  readonly defects: unknown[] = [];
  readonly #gate = new ConnectionGate();
  readonly #report: ReportDefect;
  readonly #leave = new Set<() => void>();
  #name: string;

  constructor({ clock, random, bus, user, maxPayload, report }: MemoryTransportOptions) {
    this.bus = bus ?? new MemoryBus({ clock, random });
    this.inbox = `_INBOX.${user ?? 'memory'}.${randomText(random, 'abcdefghijklmnopqrstuvwxyz', 8)}${this.bus.nextEndpoint()}`;
    this.#name = this.inbox;
    this.maxPayload = maxPayload ?? MAX_PAYLOAD;
    this.#report = (where, error) => {
      this.defects.push(error);
      report?.(where, error);
    };
    this.#gate.handle('dial');
    this.#gate.handle('connected');
  }

  get name(): string {
    return this.#name;
  }

  belongTo(instance: string): void {
    this.#name = instance;
  }

  get state(): TransportState {
    return this.#gate.transportState;
  }

  publish(subject: string, data: Uint8Array, options: PublishOptions = {}): void {
    const checked = checkOutgoing(subject, data, { options, maxPayload: this.maxPayload, inbox: this.inbox });
    if (this.state !== 'up') throw notConnected(subject);
    const { reply, block } = options;
    const headers = block === undefined ? checked : pairsOfBlock(block);
    this.bus.publish(
      { subject, reply, headers: wireHeaders(headers), data: data.slice(), status: undefined },
      this.#name,
    );
  }

  subscribe(subject: string, handler: (message: WireMessage) => void, options: { queue?: string } = {}): Subscription {
    if (this.state === 'closed') throw notConnected(subject);
    let draining = false;
    const remove = this.bus.add({
      owner: () => this.#name,
      subject,
      queue: options.queue,
      connected: () => this.state === 'up',
      accepts: () => !draining,
      deliver: guarded(handler, this.#report),
    });
    this.#leave.add(remove);
    const unsubscribe = () => {
      remove();
      this.#leave.delete(remove);
    };
    const drain = () => {
      draining = true;
      return this.bus.settled().then(unsubscribe);
    };
    return { unsubscribe, drain };
  }

  flush(): Promise<void> {
    return this.state === 'up' ? this.bus.settled() : Promise.reject(notConnected('flush'));
  }

  onState(listener: (state: TransportState) => void): () => void {
    return this.#gate.onState(listener);
  }

  disconnect(): void {
    this.#gate.handle('lost');
  }

  reconnect(): void {
    this.#gate.handle('connected');
  }

  async close(): Promise<void> {
    if (this.state === 'up') await this.bus.settled();
    this.#gate.handle('close');
    for (const remove of this.#leave) remove();
    this.#leave.clear();
  }
}
