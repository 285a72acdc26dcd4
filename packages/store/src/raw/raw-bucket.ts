import { delay, MeshError, subjects } from '@seedcore/protocol';
import type { Broker, Message, Stored } from '../broker/broker.ts';
import { isMarker, KV_OPERATION } from '../broker/marker.ts';
import { PATIENCE_MS, patiently } from '../broker/patiently.ts';
import type { Rev } from '../bucket.ts';
import { ttlOf } from '../record/record-codec.ts';
import { REMOVAL_MARKER_MS } from '../record/record-message.ts';
import type { Store } from '../store.ts';

/** A record as it is stored, whoever can read it. */
export type RawRecord = {
  readonly key: string;
  readonly rev: Rev;
  readonly at: Date;
  /** Time to live its write asked for, in ms. */
  readonly ttlMs: number | undefined;
  readonly body: Uint8Array;
};

/** One write of bytes, or without them a removal: it holds only while the key is at the revision `expect`, 0 for nothing there. */
export type RawChange = {
  readonly key: string;
  readonly expect: Rev;
  readonly body?: Uint8Array | undefined;
  readonly ttlMs?: number | undefined;
};

/** Records of a bucket as bytes: for those who copy whole buckets, and must not need to understand what they copy. */
export interface RawBucket {
  /** Sequence of its newest write; undefined when there is no such bucket. */
  lastSeq(): Promise<number | undefined>;
  /** Keys that hold a value, or the marker of one that is gone, below any of the filters, sorted. */
  keys(filters: readonly string[]): Promise<readonly string[]>;
  /** The newest value of each key that has one, in the order of the keys; may lag the leader by milliseconds. */
  newest(keys: readonly string[]): Promise<readonly RawRecord[]>;
  /**
   * Makes up to 100 changes of different keys; what it cannot make, because the key was changed, leaves the others alone.
   * Repeated after a crash it finds what was made before, and says the same.
   *
   * @returns for each change whether the key now is as wished
   * @throws MeshError `not_connected`, `unavailable`, or `timeout` when some may have been made
   */
  write(changes: readonly RawChange[]): Promise<readonly boolean[]>;
}

/** Keys asked for in one request. */
const BATCH = 256;
/** How often a batch is sent that was refused or went unanswered. */
const TRIES = 20;
const PAUSE_MS = 50;

/** Opens the bucket `<ns>_<name>` for bytes; `expiring` as its asset says. */
export const openRaw = (
  store: Pick<Store, 'broker'>,
  name: string,
  options: { readonly expiring: boolean },
): RawBucket => new BrokerRawBucket(store.broker, name, options);

type Open = { readonly change: RawChange; readonly at: number; readonly over: Rev };

class BrokerRawBucket implements RawBucket {
  readonly #broker: Broker;
  readonly #stream: string;
  readonly #prefix: string;
  readonly #expiring: boolean;

  constructor(broker: Broker, name: string, { expiring }: { readonly expiring: boolean }) {
    const bucket = subjects(broker.ns).bucket(name);
    this.#broker = broker;
    this.#stream = `KV_${bucket}`;
    this.#prefix = `$KV.${bucket}.`;
    this.#expiring = expiring;
  }

  lastSeq(): Promise<number | undefined> {
    return this.#patiently(() => this.#broker.lastSeq(this.#stream));
  }

  async keys(filters: readonly string[]): Promise<readonly string[]> {
    const found = new Set<string>();
    for (const filter of filters)
      for (const subject of await this.#patiently(() =>
        this.#broker.subjects(this.#stream, `${this.#prefix}${filter}`),
      ))
        found.add(subject.slice(this.#prefix.length));
    return [...found].sort();
  }

  async newest(keys: readonly string[]): Promise<readonly RawRecord[]> {
    const found: RawRecord[] = [];
    for (let at = 0; at < keys.length; at += BATCH) found.push(...(await this.#newest(keys.slice(at, at + BATCH))));
    return found;
  }

  async write(changes: readonly RawChange[]): Promise<readonly boolean[]> {
    const made = changes.map(() => false);
    let open: readonly Open[] = changes.map((change, at) => ({ change, at, over: change.expect }));
    for (let tries = 0; open.length > 0; tries++) {
      if (tries === TRIES) throw this.#doubt();
      if (tries > 0) await delay(this.#broker.clock, PAUSE_MS * tries * this.#broker.random.next());
      if (!(await this.#send(open))) open = await this.#stillOpen(open, made);
      else {
        for (const { at } of open) made[at] = true;
        open = [];
      }
    }
    return made;
  }

  async #newest(keys: readonly string[]): Promise<readonly RawRecord[]> {
    const asked = keys.map((key) => `${this.#prefix}${key}`);
    const all = await this.#patiently(() => this.#broker.lastOfEach(this.#stream, asked));
    const found = new Map(all.map((stored) => [stored.subject, stored]));
    // An answer that became too large ends early, and a copy that lags knows less: the leader knows.
    const missing = asked.filter((subject) => !found.has(subject));
    for (const subject of missing) {
      const stored = await this.#last(subject);
      if (stored !== undefined) found.set(subject, stored);
    }
    return asked.flatMap((subject) => {
      const stored = found.get(subject);
      return stored === undefined || isMarker(stored) ? [] : [this.#record(stored)];
    });
  }

  /** True when all were made; everything else leaves it open which. */
  async #send(open: readonly Open[]): Promise<boolean> {
    const messages = open.map((one) => this.#message(one));
    try {
      return (await this.#patiently(() => this.#broker.writeTogether(messages), false)).ok;
    } catch (error) {
      if (!(error instanceof MeshError) || error.code !== 'timeout') throw error;
      return false;
    }
  }

  /** Looks at each key: what is as wished was made, what is as expected can be tried again, the rest was changed. */
  async #stillOpen(open: readonly Open[], made: boolean[]): Promise<readonly Open[]> {
    const looks = open.map(async (one): Promise<readonly Open[]> => {
      const now = await this.#last(`${this.#prefix}${one.change.key}`);
      if (isAsWished(one.change, now)) made[one.at] = true;
      else if (now === undefined ? one.over === 0 : now.seq <= one.over) return [one];
      // Nothing was to be there, and nothing is; but its marker has a revision to the broker.
      else if (now !== undefined && one.change.expect === 0 && isMarker(now)) return [{ ...one, over: now.seq }];
      return [];
    });
    return (await Promise.all(looks)).flat();
  }

  #message({ change, over }: Open): Message {
    const subject = `${this.#prefix}${change.key}`;
    if (change.body !== undefined)
      return { subject, body: change.body, options: { expect: over, ttlMs: change.ttlMs } };
    const ttlMs = this.#expiring ? REMOVAL_MARKER_MS : undefined;
    return { subject, body: new Uint8Array(), options: { expect: over, ttlMs, headers: [[KV_OPERATION, 'DEL']] } };
  }

  #last(subject: string): Promise<Stored | undefined> {
    return this.#patiently(() => this.#broker.last(this.#stream, subject, { fresh: true }));
  }

  #record(stored: Stored): RawRecord {
    const { subject, seq: rev, at, body } = stored;
    return { key: subject.slice(this.#prefix.length), rev, at, ttlMs: ttlOf(stored), body };
  }

  /** A read may be done again, also when nobody answered; of a write one has to look what became of it. */
  #patiently<R>(work: () => Promise<R>, repeatable = true): Promise<R> {
    return patiently(this.#broker, { endsAt: this.#broker.clock.now() + PATIENCE_MS, repeatable }, work);
  }

  #doubt(): MeshError {
    return new MeshError('timeout', {
      target: this.#stream,
      message: `${this.#stream}: may or may not have been written`,
    });
  }
}

function isAsWished({ body }: RawChange, now: Stored | undefined): boolean {
  const isThere = now !== undefined && !isMarker(now);
  if (body === undefined) return !isThere;
  return isThere && Buffer.compare(now.body, body) === 0;
}
