import type { NatsConnection } from '@nats-io/transport-node';
import { z } from 'zod';
import type { EffectSeen } from '../../checkers/task-history.ts';

/** Where the receiver is asked. */
export const RECEIVER = 'receiver';

/** Where it is asked whether a task has had an effect, by its id: it says yes or no. */
export const SEEN = 'receiver.seen';

/** What one step of a task asks of the world outside. */
export const effectAsked = z.object({
  task: z.string(),
  step: z.string(),
  key: z.string(),
  epoch: z.int().optional(),
});
/** What one step of a task asks of the world outside. */
export type EffectAsked = z.output<typeof effectAsked>;

/** Its answer: what the effect came to, or that the epoch is over. */
export type EffectAnswer = { readonly did: EffectSeen['did']; readonly answer: string };

/**
 * The world outside: does what it is asked once per key, refuses an epoch below the last one seen of a task, and keeps a
 * journal of all of it. Its memory is its own, so a broker may come and go.
 */
export class EffectReceiver {
  readonly journal: EffectSeen[] = [];
  readonly #answers = new Map<string, string>();
  readonly #epochs = new Map<string, number>();
  readonly #fences: boolean;
  readonly #now: () => number;

  /** @param now wall-clock ms; @param fences false for one that does not look at epochs, as a planted bug */
  constructor(now: () => number, fences = true) {
    this.#now = now;
    this.#fences = fences;
  }

  /** Effects that were done. */
  get done(): number {
    return this.#answers.size;
  }

  do(asked: EffectAsked): EffectAnswer {
    const { task, step, key, epoch } = asked;
    const newest = this.#epochs.get(task) ?? 0;
    const known = this.#answers.get(key);
    const stale = this.#fences && epoch !== undefined && epoch < newest;
    const did = stale ? 'refused' : known === undefined ? 'done' : 'known';
    this.journal.push({ task, step, key, epoch, at: this.#now(), did });
    if (stale) return { did, answer: `epoch ${newest} has been seen` };
    this.#epochs.set(task, Math.max(newest, epoch ?? 0));
    const answer = known ?? `effect ${this.#answers.size + 1}`;
    this.#answers.set(key, answer);
    return { did, answer };
  }

  /** Starts answering. */
  listen(connection: NatsConnection): void {
    connection.subscribe(RECEIVER, {
      callback: (error, message) => {
        if (error === null) message.respond(JSON.stringify(this.do(effectAsked.parse(message.json()))));
      },
    });
    connection.subscribe(SEEN, {
      callback: (error, message) => {
        if (error === null) message.respond(this.journal.some(({ task }) => task === message.string()) ? 'yes' : 'no');
      },
    });
  }
}
