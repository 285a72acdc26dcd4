import type { Random } from '@seedcore/protocol';
import { InstanceLoad } from './instance-load.ts';
import { rendezvous } from './rendezvous.ts';

const TAU_MS = 10_000;
const LEAST_UNKNOWN_MS = 30;
const SLOW_START_MS = 30_000;
const FIRST_WEIGHT = 0.1;
/** One presence time to live. */
const REPORT_LASTS_MS = 15_000;
/** A report beyond this many times the limit is a lie or an error; either way the instance is full. */
const MOST_USED = 100;
const SHORTEST_MS = 0.01;
const LONGEST_MS = 600_000;

/**
 * Sends each attempt to the better of two instances drawn at random: fast, idle and not just born.
 * One per endpoint; the records it hands out are the caller's to keep and to hand in again.
 * @source peak EWMA of Finagle and Linkerd; Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (2001)
 */
export class Balance {
  readonly #random: Random;
  readonly #members = new Set<InstanceLoad>();
  /** The lowest estimate of a member; 0 while none is known. */
  #lowestMs = 0;

  constructor(random: Random) {
    this.#random = random;
  }

  /** A new instance, which starts slowly. */
  joined(id: string, now: number): InstanceLoad {
    const load = new InstanceLoad(id, now);
    this.#members.add(load);
    return load;
  }

  /** An instance is gone; what is still in flight there may end without harm. */
  left(load: InstanceLoad): void {
    if (this.#members.delete(load)) this.#findLowest();
  }

  /** One of our calls goes there. */
  sent(load: InstanceLoad): void {
    load.own += 1;
  }

  /** One of our calls there has ended, however. */
  done(load: InstanceLoad): void {
    if (load.own > 0) load.own -= 1;
  }

  /** One duration in ms; a hard outcome counts as the whole budget of its attempt. */
  sample(load: InstanceLoad, ms: number, at: number): void {
    if (!(ms >= 0)) return;
    const x = Math.min(LONGEST_MS, Math.max(SHORTEST_MS, ms));
    const now = Math.max(at, load.sampledAt);
    const before = load.ewmaMs;
    load.ewmaMs = before === 0 || x > before ? x : fade(before, x, now - load.sampledAt);
    load.sampledAt = now;
    if (this.#members.has(load)) this.#keepLowest(load.ewmaMs, before);
  }

  /** The instance said how many calls it runs, of how many it takes. */
  report(load: InstanceLoad, { inFlight, limit }: LoadReport, now: number): void {
    if (!(inFlight >= 0)) return;
    load.reported = Math.min(MOST_USED, inFlight / (limit >= 1 && limit < Number.POSITIVE_INFINITY ? limit : 1));
    load.reportedAt = now;
  }

  /** The instance refused: full, until it says otherwise. */
  refused(load: InstanceLoad, now: number): void {
    load.reported = 1;
    load.reportedAt = now;
  }

  /** What a call there is likely to cost; finite and above zero (S26). */
  score(load: InstanceLoad, now: number): number {
    const used = now - load.reportedAt < REPORT_LASTS_MS ? load.reported : 0;
    return (this.ewmaMs(load, now) * (load.own + 1) * (1 + used)) / weight(now - load.bornAt);
  }

  /** The estimate of one instance as it reads at `now`, in ms: a peak fades to what an unknown one would get. */
  ewmaMs(load: InstanceLoad, now: number): number {
    const { ewmaMs, sampledAt } = load;
    const unknownMs = Math.max(LEAST_UNKNOWN_MS, this.#lowestMs);
    if (ewmaMs === 0) return unknownMs;
    return ewmaMs <= unknownMs ? ewmaMs : fade(ewmaMs, unknownMs, Math.max(0, now - sampledAt));
  }

  /** The index of the better of two {@link candidates} drawn at random; -1 when there are none. */
  pick(candidates: readonly InstanceLoad[], now: number): number {
    const n = candidates.length;
    if (n < 2) return n - 1;
    const i = Math.floor(this.#random.next() * n);
    const drawn = Math.floor(this.#random.next() * (n - 1));
    const j = drawn >= i ? drawn + 1 : drawn;
    const a = candidates[i];
    const b = candidates[j];
    if (a === undefined || b === undefined) return 0;
    return this.score(b, now) < this.score(a, now) ? j : i;
  }

  /** The index of the candidate that owns an affinity key; -1 when there are none. */
  owner(candidates: readonly InstanceLoad[], key: string): number {
    return rendezvous(key, candidates);
  }

  #keepLowest(ewmaMs: number, before: number): void {
    if (this.#lowestMs === 0 || ewmaMs <= this.#lowestMs) this.#lowestMs = ewmaMs;
    else if (before === this.#lowestMs) this.#findLowest();
  }

  #findLowest(): void {
    let lowest = Number.POSITIVE_INFINITY;
    for (const { ewmaMs } of this.#members) if (ewmaMs > 0 && ewmaMs < lowest) lowest = ewmaMs;
    this.#lowestMs = lowest === Number.POSITIVE_INFINITY ? 0 : lowest;
  }
}

/** What an instance says about itself: calls it runs, and how many it takes at once. */
export type LoadReport = { readonly inFlight: number; readonly limit: number };

/** `from`, seen `ms` later on its way to `to`. */
function fade(from: number, to: number, ms: number): number {
  const z = Math.exp(-ms / TAU_MS);
  return from * z + to * (1 - z);
}

/** Share of the load a newcomer gets, from 0.1 to 1 over its first thirty seconds. */
function weight(ageMs: number): number {
  if (ageMs >= SLOW_START_MS) return 1;
  return FIRST_WEIGHT + (1 - FIRST_WEIGHT) * (Math.max(0, ageMs) / SLOW_START_MS);
}
