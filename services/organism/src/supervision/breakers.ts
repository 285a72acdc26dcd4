import type { Clock } from '@seedcore/protocol';
import { admit, afterEnd, type Breaker, type BreakerEnd, closedBreaker } from '../domain/specialty-breaker.ts';
import type { BreakerRecords } from '../ports.ts';

/** A skill in an organ. */
export type Place = { readonly organId: string; readonly specialty: string };

/** Most breakers remembered; the others are read when they are asked for. */
const MAX_KNOWN = 10_000;

/** What breakers stand on. */
export type BreakerPorts = {
  readonly records: BreakerRecords;
  readonly clock: Clock;
  /** Tells of a breaker that this process has moved. */
  readonly moved: (place: Place, to: Breaker['state']) => void;
  readonly warn: (message: string, cause: unknown) => void;
};

/** Breakers of skills in organs, one record each for all replicas; a closed one costs nothing but a look at what is known. */
export class Breakers {
  readonly #ports: BreakerPorts;
  readonly #known = new Map<string, Breaker>();

  constructor(ports: BreakerPorts) {
    this.#ports = ports;
  }

  /** Hears of every breaker from now on; resolves when those there are have been heard of. */
  async start(): Promise<void> {
    await this.#ports.records.watch((place, breaker) => this.#learn(place, breaker));
  }

  /** How long calls are refused, in ms; undefined when one may be tried. */
  waitMs(place: Place): number | undefined {
    const breaker = this.#known.get(nameOf(place));
    const now = this.#ports.clock.wallMs();
    return breaker?.state === 'open' && breaker.untilMs > now ? breaker.untilMs - now : undefined;
  }

  /** Asks for a run; undefined when it may begin, else how long to wait before asking again, in ms. */
  async admit(place: Place, by: { readonly run: string; readonly leaseMs: number }): Promise<number | undefined> {
    const closedMs = this.waitMs(place);
    if (closedMs !== undefined) return closedMs;
    const known = this.#known.get(nameOf(place)) ?? closedBreaker;
    if (known.state === 'closed') return undefined;
    let waitMs: number | undefined;
    await this.#change(place, (now) => {
      const admission = admit(now, { ...by, now: this.#ports.clock.wallMs() });
      waitMs = admission.go ? undefined : admission.waitMs;
      return admission.go ? (admission.next ?? now) : now;
    });
    return waitMs;
  }

  /** A run has ended; nobody waits for that to be written, and one that is not written is one failure less. */
  ended(place: Place, run: string, end: BreakerEnd): void {
    const known = this.#known.get(nameOf(place)) ?? closedBreaker;
    if (known.state === 'closed' && (end === 'neither' || (end === 'good' && known.failures === 0))) return;
    const change = (now: Breaker) => afterEnd(now, { run, end, now: this.#ports.clock.wallMs() });
    this.#change(place, change).catch((cause: unknown) => this.#ports.warn('a breaker is not written', cause));
  }

  async #change(place: Place, change: (now: Breaker) => Breaker): Promise<void> {
    let before: Breaker = closedBreaker;
    const after = await this.#ports.records.change(place, (now = closedBreaker) => {
      before = now;
      return change(now);
    });
    this.#learn(place, after);
    if (after.state !== before.state) this.#ports.moved(place, after.state);
  }

  #learn(place: Place, breaker: Breaker | undefined): void {
    const name = nameOf(place);
    this.#known.delete(name);
    if (breaker !== undefined) this.#known.set(name, breaker);
    const oldest = this.#known.size > MAX_KNOWN ? this.#known.keys().next().value : undefined;
    if (oldest !== undefined) this.#known.delete(oldest);
  }
}

const nameOf = ({ organId, specialty }: Place): string => `${organId}.${specialty}`;
