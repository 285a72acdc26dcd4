import { type Msg, nanos, type Subscription } from '@nats-io/transport-node';
import type { Timer } from '@seedcore/protocol';
import type { Delivery, Puller } from '../broker/delivery.ts';
import { ackFacts } from './ack-facts.ts';
import { type BrokerConnection, TRY_MS } from './nats-connection.ts';
import { NatsDelivery } from './nats-delivery.ts';

type Pull = { readonly reply: string; readonly batch: number; readonly found: Delivery[]; end(): void };

/**
 * Pulls from one consumer, one pull at a time, on an inbox of its own: the library's shared inbox hands over the first
 * reply of a request only, and its own pulls last a second at least.
 */
export class NatsPuller implements Puller {
  readonly #connection: BrokerConnection;
  readonly #pulled: { readonly stream: string; readonly consumer: string };
  #inbox = '';
  #subscription: Subscription | undefined;
  #pull: Pull | undefined;
  #pulls = 0;
  #stopped = false;

  constructor(connection: BrokerConnection, pulled: { readonly stream: string; readonly consumer: string }) {
    this.#connection = connection;
    this.#pulled = pulled;
  }

  take(batch: number, waitMs: number): Promise<readonly Delivery[]> {
    if (this.#pull !== undefined) throw new Error(`a pull from ${this.#pulled.consumer} is already open`);
    if (this.#stopped || batch < 1) return Promise.resolve([]);
    const { stream, consumer } = this.#pulled;
    const nc = this.#connection.up(`${stream} ${consumer}`);
    this.#listen();
    return new Promise((resolve) => {
      const reply = `${this.#inbox}.${++this.#pulls}`;
      this.#pull = this.#open({ reply, batch, waitMs }, resolve);
      const terms = waitMs > 0 ? { batch, expires: nanos(waitMs) } : { batch, no_wait: true };
      nc.publish(`$JS.API.CONSUMER.MSG.NEXT.${stream}.${consumer}`, JSON.stringify(terms), { reply });
    });
  }

  stop(): void {
    this.#stopped = true;
    this.#pull?.end();
    // Deliveries on their way still arrive while it drains, and go back at once.
    if (this.#connection.mesh.transport.state !== 'up') this.#subscription?.unsubscribe();
    else this.#subscription?.drain().catch((error: unknown) => this.#connection.report('end of pulling', error));
  }

  #listen(): void {
    if (this.#subscription !== undefined) return;
    this.#inbox = this.#connection.inbox();
    const onMessage = this.#connection.guard<Msg>(`pulling ${this.#pulled.consumer}`, (message) => this.#take(message));
    this.#subscription = this.#connection.up(this.#inbox).subscribe(`${this.#inbox}.*`, { callback: onMessage });
  }

  #open(asked: { reply: string; batch: number; waitMs: number }, resolve: (found: readonly Delivery[]) => void): Pull {
    const found: Delivery[] = [];
    let timer: Timer | undefined;
    const pull: Pull = {
      reply: asked.reply,
      batch: asked.batch,
      found,
      end: () => {
        timer?.cancel();
        if (this.#pull === pull) this.#pull = undefined;
        resolve(found);
      },
    };
    timer = this.#connection.mesh.clock.after(asked.waitMs + TRY_MS, pull.end);
    return pull;
  }

  /** A delivery keeps its own subject, so it cannot say which pull it answers; one that comes too late goes back. */
  #take(message: Msg): void {
    const facts = ackFacts(message.reply ?? '');
    const pull = this.#pull;
    if (facts !== undefined) this.#hand(new NatsDelivery(this.#connection, message, facts), pull);
    else if (pull?.reply === message.subject) pull.end();
  }

  #hand(delivery: Delivery, pull: Pull | undefined): void {
    if (pull === undefined || pull.found.length >= pull.batch) {
      delivery.nak(0);
      return;
    }
    pull.found.push(delivery);
    if (pull.found.length >= pull.batch) pull.end();
  }
}
