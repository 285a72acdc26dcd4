import type { NatsConnection } from '@nats-io/transport-node';

/** The world outside: does what it is asked once per key, and counts what it did. */
export class Receiver {
  readonly answers = new Map<string, string>();
  /** Requests, repeated ones included. */
  asked = 0;

  /** Starts answering on subject `receiver`; its memory is its own, so a broker may come and go. */
  listen(connection: NatsConnection): void {
    connection.subscribe('receiver', {
      callback: (error, message) => {
        if (error !== null) return;
        this.asked += 1;
        const key = message.string();
        const answer = this.answers.get(key) ?? `effect ${this.answers.size + 1}`;
        this.answers.set(key, answer);
        message.respond(answer);
      },
    });
  }
}
