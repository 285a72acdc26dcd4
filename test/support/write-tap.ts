import type { Msg, NatsConnection } from '@nats-io/transport-node';

/** What reaches the broker about one task at a time: the messages its streams store, and the acknowledgements. */
export class WriteTap {
  readonly #nats: NatsConnection;
  readonly #writes: string[] = [];
  #acks = 0;

  private constructor(nats: NatsConnection) {
    this.#nats = nats;
  }

  /** Listens to everything that tasks of the namespace write; not to their history, which nobody waits for. */
  static async on(nats: NatsConnection, ns: string): Promise<WriteTap> {
    const tap = new WriteTap(nats);
    const stored = [`$KV.${ns}_tasks.>`, ...['task', 'sched', 'result', 'dlq'].map((word) => `${ns}.${word}.>`)];
    for (const subject of stored)
      nats.subscribe(subject, { callback: (error, message) => tap.#wrote(error, message.subject) });
    nats.subscribe('$JS.ACK.>', { callback: (error, message) => tap.#acked(error, message) });
    await nats.flush();
    return tap;
  }

  /** Acknowledgements that remove a message, so far. */
  async acks(): Promise<number> {
    await this.#caughtUp();
    return this.#acks;
  }

  /** Subjects written to about `id`, in order: at least those that their writer had an answer to a later request for. */
  async writes(id: string): Promise<readonly string[]> {
    await this.#caughtUp();
    return this.#writes.filter((subject) => subject.split('.').includes(id));
  }

  /**
   * The server hands out the copies of one message before it reads its sender's next, so that they are ahead of the
   * answer to a ping of ours that is sent later.
   */
  #caughtUp(): Promise<void> {
    return this.#nats.flush();
  }

  #wrote(error: Error | null, subject: string): void {
    if (error !== null) throw error;
    this.#writes.push(subject);
  }

  #acked(error: Error | null, message: Msg): void {
    if (error !== null) throw error;
    if (message.string() === '+ACK') this.#acks += 1;
  }
}
