import type { Broker, Following, Stored } from '@seedcore/store';

/** Most subjects one view holds. */
const MOST = 100_000;

/** What is followed, and what is kept of each message; what is not kept is forgotten. */
export type Viewed<T> = {
  readonly stream: string;
  readonly filter: string;
  readonly read: (message: Stored) => T | undefined;
  readonly most?: number;
};

/** A little of the newest message of each subject, kept current by following; at most 100,000 subjects. */
export class View<T> {
  readonly #broker: Broker;
  readonly #viewed: Viewed<T>;
  readonly #kept = new Map<string, T>();
  readonly #most: number;
  #following: Following;
  #leftOut = false;

  constructor(broker: Broker, viewed: Viewed<T>) {
    this.#broker = broker;
    this.#viewed = viewed;
    this.#most = viewed.most ?? MOST;
    this.#following = this.#follow();
  }

  /** What is known now, by subject. */
  entries(): readonly (readonly [string, T])[] {
    this.#makeUpFor();
    return [...this.#kept];
  }

  /** Forgets what somebody found gone, unless there is something new by now. */
  forget(subject: string, value: T): void {
    if (this.#kept.get(subject) === value) this.#kept.delete(subject);
  }

  stop(): void {
    this.#following.stop();
  }

  #follow(): Following {
    const { stream, filter } = this.#viewed;
    return this.#broker.follow(stream, filter, {
      onMessage: (message) => this.#take(message),
      onCaughtUp: () => undefined,
      onRestart: () => this.#kept.clear(),
    });
  }

  #take(message: Stored): void {
    const value = this.#viewed.read(message);
    if (value === undefined) this.#kept.delete(message.subject);
    else if (this.#kept.size < this.#most || this.#kept.has(message.subject)) this.#kept.set(message.subject, value);
    else this.#leftOut = true;
  }

  /** What did not fit is read once there is room. */
  #makeUpFor(): void {
    if (!this.#leftOut || this.#kept.size > this.#most / 2) return;
    this.#leftOut = false;
    this.#following.stop();
    this.#kept.clear();
    this.#following = this.#follow();
  }
}
