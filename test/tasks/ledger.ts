import type { NatsConnection } from '@nats-io/transport-node';

/** A world outside that knows no keys: it does what it is asked however often that is, and can be looked at. */
export class Ledger {
  readonly #entries: string[] = [];

  /** Starts answering on the subjects `ledger.add` and `ledger.find`. */
  listen(connection: NatsConnection): void {
    connection.subscribe('ledger.add', {
      callback: (error, message) => {
        if (error !== null) return;
        this.#entries.push(message.string());
        message.respond(`entry of ${message.string()}`);
      },
    });
    connection.subscribe('ledger.find', {
      callback: (error, message) => {
        if (error === null) message.respond(this.times(message.string()) > 0 ? `entry of ${message.string()}` : '');
      },
    });
  }

  /** How often something was entered. */
  times(key: string): number {
    return this.#entries.filter((entry) => entry === key).length;
  }
}
