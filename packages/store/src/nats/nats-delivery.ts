import { type Msg, nanos } from '@nats-io/transport-node';
import { MeshError } from '@seedcore/protocol';
import type { Delivery } from '../broker/delivery.ts';
import type { AckFacts } from './ack-facts.ts';
import type { BrokerConnection } from './nats-connection.ts';

/** One delivery; its answers go to the reply subject it came with. */
export class NatsDelivery implements Delivery {
  readonly subject: string;
  readonly seq: number;
  readonly at: Date;
  readonly deliveries: number;
  readonly body: Uint8Array;
  readonly #connection: BrokerConnection;
  readonly #message: Msg;

  constructor(connection: BrokerConnection, message: Msg, facts: AckFacts) {
    this.#connection = connection;
    this.#message = message;
    this.subject = message.subject;
    this.body = message.data;
    this.seq = facts.seq;
    this.at = facts.at;
    this.deliveries = facts.deliveries;
  }

  header(name: string): string | undefined {
    return this.#message.headers?.get(name) || undefined;
  }

  ack(): void {
    this.#answer('+ACK');
  }

  nak(delayMs: number): void {
    this.#answer(delayMs > 0 ? `-NAK ${JSON.stringify({ delay: nanos(Math.ceil(delayMs)) })}` : '-NAK');
  }

  term(reason: string): void {
    this.#answer(`+TERM ${reason}`);
  }

  async working(): Promise<boolean> {
    try {
      const ask = { subject: this.#message.reply ?? '', body: new TextEncoder().encode('+WPI') };
      return await this.#connection.request(ask, () => true);
    } catch (error) {
      if (error instanceof MeshError) return false;
      throw error;
    }
  }

  /** An answer that cannot leave is no loss: the delivery is made again after its wait. */
  #answer(text: string): void {
    this.#connection.tell(this.#message.reply ?? '', text);
  }
}
