import { type Clock, delay, MeshError, type Subjects, subjects } from '@seedcore/protocol';
import type { Broker, Stored } from '../broker/broker.ts';
import type { Store } from '../store.ts';
import { eventAssets } from './event-streams.ts';

/** A durable write is tried for so long, in ms: a change of leader takes ten seconds. */
const WRITE_MS = 15_000;
/** Pause between two tries, in ms, before jitter. */
const PAUSE_MS = 200;

/** One message under a subject of its own. */
export type Single = {
  readonly stream: string;
  readonly subject: string;
  readonly body: Uint8Array;
  /** Lets the broker recognise a repeat. */
  readonly messageId?: string;
  readonly headers?: readonly (readonly [string, string])[];
};

/** What became of it: `duplicate` when it was stored before, in which case `there` is what is found, if it still is. */
export type StoredOnce = { readonly duplicate: boolean; readonly there?: Stored | undefined };

/** The streams of durable events, and the one way in which they are written. */
export class EventShelf {
  readonly broker: Broker;
  readonly subjects: Subjects;
  readonly #store: Store;
  #provisioned: Promise<unknown> | undefined;

  constructor(store: Store) {
    this.#store = store;
    this.broker = store.broker;
    this.subjects = subjects(store.broker.ns);
  }

  /** The streams exist afterwards; asked once per process, again after a failure. */
  async ready(): Promise<void> {
    this.#provisioned ??= this.#store.provision(eventAssets);
    try {
      await this.#provisioned;
    } catch (error) {
      this.#provisioned = undefined;
      throw error;
    }
  }

  /** Somebody may have removed the streams: the next `ready` looks. */
  forget(): void {
    this.#provisioned = undefined;
  }

  /**
   * Stores a message unless there is one under its subject, and does not return before that is certain.
   *
   * @throws MeshError `not_connected` at once where nothing was sent; `timeout` when it may have been stored
   */
  async storeOnce(message: Single): Promise<StoredOnce> {
    const endsAt = this.#clock.now() + WRITE_MS;
    let sent = false;
    for (;;) {
      const tried = await this.#try(message);
      if (!('error' in tried)) return { ...tried, duplicate: tried.duplicate && !sent };
      const { error } = tried;
      sent ||= error.code === 'timeout';
      const again =
        error.code === 'timeout' || error.code === 'unavailable' || (error.code === 'not_connected' && sent);
      if (!again || this.#clock.now() >= endsAt) throw sent ? inDoubt(message.subject, error) : error;
      if (error.code === 'unavailable') this.forget();
      await delay(this.#clock, PAUSE_MS * (0.5 + this.broker.random.next()));
    }
  }

  async #try(message: Single): Promise<StoredOnce | { readonly error: MeshError }> {
    try {
      await this.ready();
      return await this.#write(message);
    } catch (error) {
      if (error instanceof MeshError) return { error };
      throw error;
    }
  }

  /** A refusal proves nothing: what is there decides, and where nothing is, another write was on its way. */
  async #write(message: Single): Promise<StoredOnce | { readonly error: MeshError }> {
    const { stream, subject, body, messageId, headers } = message;
    const written = await this.broker.write(subject, body, { expect: 0, messageId, headers });
    if (written.ok && !written.duplicate) return { duplicate: false };
    const there = await this.broker.last(stream, subject, { fresh: true });
    if (there !== undefined || written.ok) return { duplicate: true, there };
    return {
      error: new MeshError('unavailable', { target: subject, message: `${subject}: refused, and nothing there` }),
    };
  }

  get #clock(): Clock {
    return this.broker.clock;
  }
}

function inDoubt(target: string, cause: MeshError): MeshError {
  return new MeshError('timeout', { target, message: `${target}: may or may not have been stored`, cause });
}
