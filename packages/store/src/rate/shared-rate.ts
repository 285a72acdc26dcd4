import { isToken, MeshError } from '@seedcore/protocol';
import type { Broker } from '../broker/broker.ts';
import { increment, readSum } from '../counter/increment.ts';
import { writeId } from '../record/write-id.ts';
import { StoreError } from '../store-error.ts';
import type { RateLimit, RateOptions, Taken } from './rate-limit.ts';
import { idleUs, overbooked, type Pace, paceOf, tokensLeft, untilLeftUs } from './schedule.ts';

const CHUNK_MS = 500;
const FASTEST = 100_000;
const SLOWEST = 0.001;
const MOST_BURST = 100_000;
/** After the count was out of reach it is asked for again so much later, in ms. */
const AWAY_MS = 1_000;

/** @throws StoreError `invalid_key` unless `key` is one token, `invalid_value` for a rate or burst out of range */
export function openRateLimit(broker: Broker, key: string, options: RateOptions): RateLimit {
  if (!isToken(key)) throw new StoreError('invalid_key', 'rates', `${JSON.stringify(key.slice(0, 64))} is no name`);
  const { perSecond, burst } = options;
  if (!(perSecond >= SLOWEST && perSecond <= FASTEST))
    throw new StoreError('invalid_value', key, `perSecond is ${perSecond}, not ${SLOWEST} to ${FASTEST}`);
  if (!isCount(burst, MOST_BURST))
    throw new StoreError('invalid_value', key, `burst is ${burst}, no whole number from 1 to ${MOST_BURST}`);
  return new SharedRate(broker, key, options);
}

const isCount = (n: number, most: number): boolean => Number.isSafeInteger(n) && n >= 1 && n <= most;

/** One rate as one process sees it: what is booked is a counter at the broker, what it fetched of it is its own. */
class SharedRate implements RateLimit {
  readonly #broker: Broker;
  readonly #subject: string;
  readonly #pace: Pace;
  readonly #chunk: number;
  readonly #sharers: () => number;
  #unspent = 0;
  #fetching: Promise<void> | undefined;
  /** What is booked, as last seen. */
  #bookedUs = 0;
  /** What this process has booked of its own part while it was by itself. */
  #ownUs = 0;
  /** It is by itself until then, by the monotonic clock. */
  #awayUntil = Number.NEGATIVE_INFINITY;

  constructor(broker: Broker, key: string, { perSecond, burst, chunkMs = CHUNK_MS, sharers = () => 1 }: RateOptions) {
    this.#broker = broker;
    this.#subject = `${broker.ns}.rl.${key}.rate`;
    this.#pace = paceOf(perSecond, burst);
    this.#chunk = Math.max(1, Math.min(burst, Math.floor((perSecond * chunkMs) / 1000)));
    this.#sharers = sharers;
  }

  async take(n = 1): Promise<Taken> {
    const { burst } = this.#pace;
    if (!isCount(n, burst))
      throw new StoreError('invalid_value', this.#subject, `${n} is no whole number from 1 to the burst of ${burst}`);
    for (;;) {
      if (this.#spend(n)) return { ok: true };
      if (this.#broker.clock.now() < this.#awayUntil) return this.#ownPart(n);
      if (this.#fetching === undefined) {
        const waitUs = untilLeftUs(this.#pace, this.#bookedUs, { nowUs: this.#nowUs(), n: n - this.#unspent });
        if (waitUs > 0) return { ok: false, retryAfterMs: Math.ceil(waitUs / 1000) };
        this.#fetching = this.#fetch(n - this.#unspent).finally(() => {
          this.#fetching = undefined;
        });
      }
      await this.#fetching;
    }
  }

  #spend(n: number): boolean {
    if (this.#unspent < n) return false;
    this.#unspent -= n;
    return true;
  }

  /** Books a chunk, or what is left of it; never rejects. */
  async #fetch(least: number): Promise<void> {
    try {
      await this.#book(least);
    } catch (error) {
      const passing = error instanceof MeshError || (error instanceof StoreError && error.code === 'corrupt_record');
      if (!passing) throw error;
      this.#awayUntil = this.#broker.clock.now() + AWAY_MS;
    }
  }

  async #book(least: number): Promise<void> {
    const { costUs } = this.#pace;
    const before = await this.#upToNow();
    const wanted = Math.min(Math.max(this.#chunk, least), tokensLeft(this.#pace, before, this.#nowUs()));
    this.#bookedUs = before;
    if (wanted < least) return;
    this.#bookedUs = await this.#add(wanted * costUs);
    // Others may have booked meanwhile: what is beyond the limit goes back. Lost on its way, it stays unused.
    const extra = Math.min(wanted, overbooked(this.#pace, this.#bookedUs, this.#nowUs()));
    this.#unspent += wanted - extra;
    if (extra > 0) this.#bookedUs = await this.#add(-extra * costUs);
  }

  /** What is booked, after the time in which nobody took anything is booked too: by one of those who saw it, once. */
  async #upToNow(): Promise<number> {
    const seen = await readSum(this.#broker, this.#subject);
    const idle = idleUs(seen, this.#nowUs());
    return idle === 0 ? seen : this.#add(idle, `idle-${seen}`);
  }

  async #add(by: number, op = writeId(this.#broker.random) + writeId(this.#broker.random)): Promise<number> {
    const sum = await increment(this.#broker, this.#subject, { by, op });
    return sum ?? readSum(this.#broker, this.#subject);
  }

  /** By itself a process keeps to its part of the rate. */
  #ownPart(n: number): Taken {
    const sharers = Math.max(1, this.#sharers());
    const { costUs, burst } = this.#pace;
    const pace = { costUs: costUs * sharers, burst: Math.max(n, Math.floor(burst / sharers)) };
    const nowUs = this.#nowUs();
    const waitUs = untilLeftUs(pace, this.#ownUs, { nowUs, n });
    if (waitUs > 0) return { ok: false, retryAfterMs: Math.ceil(waitUs / 1000), degraded: true };
    this.#ownUs = Math.max(this.#ownUs, nowUs) + n * pace.costUs;
    return { ok: true, degraded: true };
  }

  #nowUs(): number {
    return Math.floor(this.#broker.clock.wallMs() * 1000);
  }
}
