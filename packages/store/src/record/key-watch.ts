import type { Broker, Following, Stored } from '../broker/broker.ts';
import { isMarker } from '../broker/marker.ts';
import type { KeyChange, KeyWatch } from '../bucket.ts';
import { ttlOf } from './record-codec.ts';
import type { Place } from './record-message.ts';

/**
 * Silence after which what a watch shows may be behind, in ms: the broker speaks every 5 s, and half a beat more is
 * granted to a busy machine.
 */
const SILENT_MS = 7500;

/**
 * Follows which keys there are, at which revisions, without their values. It keeps one number for each key, so that what
 * disappeared during a fault can be told afterwards.
 */
export class FollowedKeys implements KeyWatch {
  readonly ready: Promise<void>;
  readonly #broker: Broker;
  readonly #place: Place;
  readonly #listener: (change: KeyChange) => void;
  readonly #following: Following;
  readonly #known = new Map<string, number>();
  #seen: Set<string> | undefined;
  #isCaughtUp = false;

  constructor(
    broker: Broker,
    { place, filter }: { readonly place: Place; readonly filter: string },
    listener: (change: KeyChange) => void,
  ) {
    this.#broker = broker;
    this.#place = place;
    this.#listener = listener;
    const { promise, resolve } = Promise.withResolvers<void>();
    this.ready = promise;
    this.#following = broker.follow(place.stream, filter, {
      headersOnly: true,
      onMessage: (message) => this.#take(message),
      onCaughtUp: () => this.#caughtUp(resolve),
      onRestart: () => {
        this.#seen = new Set();
        this.#isCaughtUp = false;
      },
    });
  }

  lagMs(): number {
    return Math.max(0, this.#broker.clock.now() - this.#following.heardAt());
  }

  isCurrent(): boolean {
    return this.#isCaughtUp && this.lagMs() <= SILENT_MS;
  }

  stop(): void {
    this.#following.stop();
  }

  #take(message: Stored): void {
    const key = message.subject.slice(this.#place.prefix.length);
    this.#seen?.add(key);
    if (message.seq <= (this.#known.get(key) ?? 0)) return;
    if (isMarker(message)) this.#gone(key, message.seq);
    else {
      this.#known.set(key, message.seq);
      const ttlMs = ttlOf(message);
      const untilMs = ttlMs === undefined ? undefined : message.at.getTime() + ttlMs;
      this.#listener({ key, rev: message.seq, isThere: true, ...(untilMs === undefined ? {} : { untilMs }) });
    }
  }

  /** Also told of keys that were never seen: they may have come and gone while nothing was heard. */
  #gone(key: string, rev: number): void {
    this.#known.delete(key);
    this.#listener({ key, rev, isThere: false });
  }

  #caughtUp(ready: () => void): void {
    const seen = this.#seen;
    this.#seen = undefined;
    if (seen !== undefined) for (const [key, rev] of [...this.#known]) if (!seen.has(key)) this.#gone(key, rev);
    this.#isCaughtUp = true;
    ready();
  }
}
