import { MeshError, randomText, type Timer } from '@seedcore/protocol';
import type { Broker, Stored } from '../broker/broker.ts';
import { isMarker, KV_OPERATION } from '../broker/marker.ts';
import type { Lease } from '../lease.ts';
import { StoreError } from '../store-error.ts';
import { Belief } from './belief.ts';
import { leaseBody, leaseBytes } from './lease-body.ts';

/** Shortest lease: the broker counts in whole seconds. */
export const MIN_TTL_MS = 2000;
const RELEASE_MARKER_MS = 60_000;
const HOLDER_ALPHABET = 'abcdefghijklmnopqrstuvwxyz0123456789';

/** Where a lease lives and how long it lasts. */
export type LeasePlace = {
  readonly name: string;
  readonly stream: string;
  readonly subject: string;
  readonly ttlMs: number;
};

/** Takes the lease when it is free, or when its revision is `over`; undefined when somebody else holds it. */
export async function takeLease(broker: Broker, place: LeasePlace, over?: number): Promise<KvLease | undefined> {
  const found = await broker.last(place.stream, place.subject, { fresh: true });
  if (found !== undefined && !isMarker(found) && found.seq !== over) return undefined;
  const holder = randomText(broker.random, HOLDER_ALPHABET, 16);
  const belief = new Belief(broker.clock, place.ttlMs);
  const epoch = await write(broker, place, { holder, expect: found?.seq ?? 0 });
  if (epoch === undefined || belief.leftMs() === 0) return undefined;
  return new KvLease(broker, place, { holder, epoch, belief });
}

/**
 * Writes the holder; the revision of the write, or undefined when it was not made. A doubtful answer is looked up: only a
 * newer revision proves it, since a leader that was cut off still shows an older one of the same holder.
 */
async function write(
  broker: Broker,
  place: LeasePlace,
  claim: { readonly holder: string; readonly expect: number },
): Promise<number | undefined> {
  const body = leaseBytes({ holder: claim.holder, ttl_ms: place.ttlMs });
  try {
    const written = await broker.write(place.subject, body, { expect: claim.expect, ttlMs: place.ttlMs });
    if (written.ok) return written.seq;
  } catch (error) {
    if (!(error instanceof MeshError) || error.code !== 'timeout') throw error;
  }
  const now = await broker.last(place.stream, place.subject, { fresh: true });
  return now !== undefined && now.seq > claim.expect && isHolder(now, claim.holder) ? now.seq : undefined;
}

const isHolder = (stored: Stored, holder: string): boolean => !isMarker(stored) && leaseBody(stored)?.holder === holder;

/** A held lease that renews itself at a third of its time, and stops believing before the broker lets it go. */
export class KvLease implements Lease {
  readonly name: string;
  readonly epoch: number;
  readonly #broker: Broker;
  readonly #place: LeasePlace;
  readonly #holder: string;
  readonly #belief: Belief;
  readonly #controller = new AbortController();
  #rev: number;
  #renewal: Timer | undefined;
  #end: Timer | undefined;

  constructor(broker: Broker, place: LeasePlace, taken: { holder: string; epoch: number; belief: Belief }) {
    this.name = place.name;
    this.epoch = taken.epoch;
    this.#broker = broker;
    this.#place = place;
    this.#holder = taken.holder;
    this.#belief = taken.belief;
    this.#rev = taken.epoch;
    this.#renewIn(place.ttlMs / 3);
    this.#watchEnd();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  leftMs(): number {
    return this.signal.aborted ? 0 : this.#belief.leftMs();
  }

  check(): void {
    if (this.leftMs() === 0) this.#lose('its time is over');
    this.signal.throwIfAborted();
  }

  async release(): Promise<void> {
    if (this.signal.aborted) return;
    this.#lose('it was released');
    const headers = [[KV_OPERATION, 'DEL']] as const;
    const options = { expect: this.#rev, ttlMs: RELEASE_MARKER_MS, headers };
    try {
      await this.#broker.write(this.#place.subject, new Uint8Array(), options);
    } catch (error) {
      if (!(error instanceof MeshError)) throw error; // out of reach: it expires by itself
    }
  }

  #renewIn(ms: number): void {
    this.#renewal = this.#broker.clock.after(ms, () => void this.#renew());
  }

  async #renew(): Promise<void> {
    if (this.signal.aborted) return;
    const mark = this.#belief.mark();
    const rev = await this.#tryRenew();
    if (this.signal.aborted) return;
    if (rev === 'lost') return this.#lose('another holder took it');
    if (rev !== 'unknown') {
      this.#rev = rev;
      this.#belief.renew(mark);
      this.#watchEnd();
    }
    this.#renewIn(rev === 'unknown' ? Math.min(1000, this.#place.ttlMs / 10) : this.#place.ttlMs / 3);
  }

  async #tryRenew(): Promise<number | 'lost' | 'unknown'> {
    try {
      const rev = await write(this.#broker, this.#place, { holder: this.#holder, expect: this.#rev });
      if (rev !== undefined) return rev;
      const now = await this.#broker.last(this.#place.stream, this.#place.subject, { fresh: true });
      return now?.seq === this.#rev ? 'unknown' : 'lost';
    } catch (error) {
      if (error instanceof MeshError) return 'unknown';
      throw error;
    }
  }

  #watchEnd(): void {
    this.#end?.cancel();
    this.#end = this.#broker.clock.after(Math.max(1, this.#belief.leftMs()), () => {
      if (this.#belief.leftMs() === 0) this.#lose('it could not be renewed in time');
      else this.#watchEnd();
    });
  }

  #lose(why: string): void {
    this.#renewal?.cancel();
    this.#end?.cancel();
    this.#controller.abort(new StoreError('lease_lost', this.name, why));
  }
}
