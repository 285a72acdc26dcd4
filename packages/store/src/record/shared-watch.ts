import type { Broker, Following, Stored } from '../broker/broker.ts';
import { isMarker } from '../broker/marker.ts';

/** One change of one subject; `stored` is absent when it was removed or has expired. */
export type SubjectChange = {
  readonly subject: string;
  readonly stored: Stored | undefined;
  readonly rev: number;
  readonly initial: boolean;
};

type Listener = { readonly onChange: (change: SubjectChange) => void; readonly onReady: () => void };

/**
 * One following of one filter, for everybody in the process who watches it. A late listener gets what is known.
 * After a fault everything is read again: what is new is told, and what is gone is told as removed.
 */
export class SharedWatch {
  readonly #following: Following;
  readonly #known = new Map<string, Stored>();
  readonly #listeners = new Set<Listener>();
  #seen: Set<string> | undefined;
  #ready = false;

  constructor(broker: Broker, stream: string, filter: string) {
    this.#following = broker.follow(stream, filter, {
      onMessage: (message) => this.#take(message),
      onCaughtUp: () => this.#caughtUp(),
      onRestart: () => {
        this.#seen = new Set();
      },
    });
  }

  /** Adds a listener and tells it what is known; the returned function removes it and says whether others are left. */
  add(listener: Listener): () => boolean {
    this.#listeners.add(listener);
    for (const [subject, stored] of this.#known) listener.onChange({ subject, stored, rev: stored.seq, initial: true });
    if (this.#ready) listener.onReady();
    return () => {
      this.#listeners.delete(listener);
      return this.#listeners.size > 0;
    };
  }

  heardAt(): number {
    return this.#following.heardAt();
  }

  stop(): void {
    this.#following.stop();
  }

  #take(message: Stored): void {
    this.#seen?.add(message.subject);
    const known = this.#known.get(message.subject);
    if (known !== undefined && message.seq <= known.seq) return;
    if (isMarker(message)) this.#forget(message.subject, message.seq);
    else this.#remember(message);
  }

  #remember(message: Stored): void {
    this.#known.set(message.subject, message);
    this.#tell({ subject: message.subject, stored: message, rev: message.seq, initial: !this.#ready });
  }

  #forget(subject: string, rev: number): void {
    if (!this.#known.delete(subject)) return;
    this.#tell({ subject, stored: undefined, rev, initial: false });
  }

  #caughtUp(): void {
    const seen = this.#seen;
    this.#seen = undefined;
    if (seen !== undefined)
      for (const [subject, stored] of [...this.#known]) if (!seen.has(subject)) this.#forget(subject, stored.seq);
    if (this.#ready) return;
    this.#ready = true;
    for (const listener of this.#listeners) listener.onReady();
  }

  #tell(change: SubjectChange): void {
    for (const listener of this.#listeners) listener.onChange(change);
  }
}

/** The shared watches of a process, by stream and filter. */
export class SharedWatches {
  readonly #broker: Broker;
  readonly #watches = new Map<string, SharedWatch>();

  constructor(broker: Broker) {
    this.#broker = broker;
  }

  /** Joins the watch of `filter`, starting it if nobody else has one; the last to leave stops it. */
  join(place: { readonly stream: string; readonly filter: string }, listener: Listener): JoinedWatch {
    const name = `${place.stream} ${place.filter}`;
    const watch = this.#watches.get(name) ?? new SharedWatch(this.#broker, place.stream, place.filter);
    this.#watches.set(name, watch);
    const leave = watch.add(listener);
    return {
      heardAt: () => watch.heardAt(),
      stop: () => {
        if (leave()) return;
        watch.stop();
        if (this.#watches.get(name) === watch) this.#watches.delete(name);
      },
    };
  }

  close(): void {
    for (const watch of this.#watches.values()) watch.stop();
    this.#watches.clear();
  }
}

/** One listener's part in a shared watch. */
export type JoinedWatch = { heardAt(): number; stop(): void };
