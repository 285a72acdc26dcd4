import { MeshError, type Timer } from '@seedcore/protocol';
import type { Broker, Following, Stored } from '../broker/broker.ts';
import { isMarker } from '../broker/marker.ts';
import type { Candidacy, Lease } from '../lease.ts';
import { type KvLease, type LeasePlace, takeLease } from './kv-lease.ts';
import { leaseBody } from './lease-body.ts';

/** Longest random pause before the next candidate tries, in ms. */
const SPREAD_MS = 300;
/** Beyond its time to live a lease may stand still for this long before it is taken for dead, in ms. */
const STANDSTILL_MS = 2000;
/** Pause after a failure, in ms. */
const TROUBLE_MS = 2000;

type Ports = {
  readonly lead: (lease: Lease) => Promise<void>;
  readonly report: (where: string, error: unknown) => void;
};

/**
 * Runs `lead` while the lease is held. A candidate waits for the marker of an expiry or release; also, because a broker's
 * clock gone back ends no time to live, until the revision has stood still too long by its own monotonic clock.
 */
export class Election implements Candidacy {
  readonly #broker: Broker;
  readonly #place: LeasePlace;
  readonly #ports: Ports;
  readonly #following: Following;
  #timer: Timer | undefined;
  #seen: { readonly rev: number; readonly standsUntil: number } | undefined;
  #held: KvLease | undefined;
  #leading: Promise<void> = Promise.resolve();
  #trying = false;
  #stopped = false;

  constructor(broker: Broker, place: LeasePlace, ports: Ports) {
    this.#broker = broker;
    this.#place = place;
    this.#ports = ports;
    this.#following = broker.follow(place.stream, place.subject, {
      onMessage: (message) => this.#see(message),
      onCaughtUp: () => undefined,
      onRestart: () => undefined,
    });
    this.#tryIn(0);
  }

  async stop(): Promise<void> {
    this.#stopped = true;
    this.#timer?.cancel();
    this.#following.stop();
    await this.#held?.release();
    await this.#leading;
  }

  #see(message: Stored): void {
    if (isMarker(message)) {
      this.#seen = undefined;
      this.#tryIn(SPREAD_MS * this.#broker.random.next());
    } else if (message.seq !== this.#seen?.rev) {
      const standsUntil = this.#broker.clock.now() + (leaseBody(message)?.ttl_ms ?? this.#place.ttlMs) + STANDSTILL_MS;
      this.#seen = { rev: message.seq, standsUntil };
      this.#tryIn(standsUntil - this.#broker.clock.now());
    }
  }

  #tryIn(ms: number): void {
    if (this.#stopped || this.#broker.closed || this.#held !== undefined || this.#trying) return;
    this.#timer?.cancel();
    this.#timer = this.#broker.clock.after(ms, () => void this.#try());
  }

  async #try(): Promise<void> {
    this.#trying = true;
    const lease = await this.#take();
    this.#trying = false;
    if (lease === 'trouble') this.#tryIn(TROUBLE_MS);
    else if (lease === undefined) this.#tryIn(this.#place.ttlMs / 2);
    else if (this.#stopped) await lease.release();
    else this.#leading = this.#run(lease);
  }

  async #take(): Promise<KvLease | undefined | 'trouble'> {
    const stoodStill = this.#seen !== undefined && this.#broker.clock.now() >= this.#seen.standsUntil;
    try {
      return await takeLease(this.#broker, this.#place, stoodStill ? this.#seen?.rev : undefined);
    } catch (error) {
      if (!(error instanceof MeshError)) this.#ports.report(`lease ${this.#place.name}`, error);
      return 'trouble';
    }
  }

  async #run(lease: KvLease): Promise<void> {
    this.#held = lease;
    try {
      await this.#ports.lead(lease);
    } catch (error) {
      if (!lease.signal.aborted) this.#ports.report(`leading ${this.#place.name}`, error);
    }
    await lease.release();
    this.#held = undefined;
    this.#tryIn(TROUBLE_MS);
  }
}
