import type { NatsConnection } from '@nats-io/transport-node';

/** The world outside: does what it is asked once per key, and counts what it did. */
export class Receiver {
  readonly answers = new Map<string, string>();
  /** Requests, repeated ones included. */
  asked = 0;
  readonly #times = new Map<string, number>();

  /** Starts answering on subject `receiver`; its memory is its own, so a broker may come and go. */
  listen(connection: NatsConnection): void {
    connection.subscribe('receiver', {
      callback: (error, message) => {
        if (error !== null) return;
        this.asked += 1;
        const key = message.string();
        this.#times.set(key, this.times(key) + 1);
        const answer = this.answers.get(key) ?? `effect ${this.answers.size + 1}`;
        this.answers.set(key, answer);
        message.respond(answer);
      },
    });
  }

  /** How often it was asked for one thing. */
  times(key: string): number {
    return this.#times.get(key) ?? 0;
  }
}
