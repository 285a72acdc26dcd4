import { MeshError } from '@seedcore/protocol';
import type { Message, Written, WrittenTogether } from '../broker/broker.ts';

/** How single messages and batches are sent. */
export type GroupPorts = {
  readonly alone: (message: Message) => Promise<Written>;
  readonly together: (messages: readonly Message[]) => Promise<WrittenTogether>;
};

/** So many of one group are under way by themselves, as they come; what comes beyond gathers. */
export const MOST_ALONE = 8;
/** A batch costs the broker as much as a dozen synced writes; fewer than these are not worth one. */
export const LEAST_TOGETHER = 16;
/** Messages in one batch. */
export const MOST_TOGETHER = 100;
/** Batches of one group under way at once: while they are, the next ones grow. */
export const MOST_BATCHES = 2;
/** Writes of one group that may wait for their turn, so none waits for more than a few answers; further ones go alone. */
const MOST_WAITING = 1_000;

type Waiting = {
  readonly message: Message;
  readonly resolve: (written: Written) => void;
  readonly reject: (error: unknown) => void;
};

/**
 * Group commit for writes that have nothing to do with each other: those of one stream that come while many are under
 * way share a batch, and with it one sync of the disk. Nobody waits for a batch to fill. Each write has its own answer:
 * of a batch that is refused, because one of its messages is, every half is sent by itself, down to single messages.
 */
export class GroupWriter {
  readonly #ports: GroupPorts;
  readonly #groups = new Map<string, Group>();

  constructor(ports: GroupPorts) {
    this.#ports = ports;
  }

  /** Stores one message of `group`, a stream; the answer is what a write by itself would have got. */
  write(group: string, message: Message): Promise<Written> {
    const known = this.#groups.get(group);
    const its = known ?? new Group(this.#ports);
    if (known === undefined) this.#groups.set(group, its);
    return its.write(message);
  }
}

/** The writes into one stream. */
class Group {
  readonly #ports: GroupPorts;
  readonly #waiting: Waiting[] = [];
  #alone = 0;
  #batches = 0;

  constructor(ports: GroupPorts) {
    this.#ports = ports;
  }

  write(message: Message): Promise<Written> {
    if (this.#waiting.length >= MOST_WAITING) return this.#ports.alone(message);
    return new Promise((resolve, reject) => {
      this.#waiting.push({ message, resolve, reject });
      this.#pump();
    });
  }

  #pump(): void {
    while (this.#waiting.length >= LEAST_TOGETHER && this.#batches < MOST_BATCHES) void this.#batch(this.#nextBatch());
    while (this.#alone < MOST_ALONE) {
      const next = this.#waiting.shift();
      if (next === undefined) return;
      void this.#single(next);
    }
  }

  /** The oldest that wait, but one for each subject: the others follow it. */
  #nextBatch(): readonly Waiting[] {
    const subjects = new Set<string>();
    const chosen: Waiting[] = [];
    const left: Waiting[] = [];
    for (const one of this.#waiting) {
      const { subject } = one.message;
      if (chosen.length < MOST_TOGETHER && !subjects.has(subject)) chosen.push(one);
      else left.push(one);
      subjects.add(subject);
    }
    this.#waiting.splice(0, this.#waiting.length, ...left);
    return chosen;
  }

  async #single(one: Waiting): Promise<void> {
    this.#alone += 1;
    await this.#send([one]);
    this.#alone -= 1;
    this.#pump();
  }

  async #batch(batch: readonly Waiting[]): Promise<void> {
    this.#batches += 1;
    await this.#send(batch);
    this.#batches -= 1;
    this.#pump();
  }

  /** Gives each its answer; never rejects. */
  async #send(batch: readonly Waiting[]): Promise<void> {
    const [first] = batch;
    if (first === undefined) return;
    try {
      if (batch.length === 1) return first.resolve(await this.#ports.alone(first.message));
      const written = await this.#together(batch);
      if (written !== undefined) return answer(batch, written.seq);
    } catch (error) {
      for (const { reject } of batch) reject(error);
      return;
    }
    const middle = Math.ceil(batch.length / 2);
    await Promise.all([this.#send(batch.slice(0, middle)), this.#send(batch.slice(middle))]);
  }

  /** Undefined when nothing was written for a reason that may concern one of them alone. */
  async #together(batch: readonly Waiting[]): Promise<{ readonly seq: number } | undefined> {
    try {
      const written = await this.#ports.together(batch.map(({ message }) => message));
      return written.ok ? written : undefined;
    } catch (error) {
      const refused = error instanceof MeshError && (error.code === 'unavailable' || error.code === 'bad_request');
      if (!refused) throw error; // perhaps written: each finds out about its own
      return undefined;
    }
  }
}

/** Sequences of a batch follow each other, up to that of the last one. */
function answer(batch: readonly Waiting[], last: number): void {
  for (const [i, { resolve }] of batch.entries())
    resolve({ ok: true, seq: last - batch.length + 1 + i, duplicate: false });
}
