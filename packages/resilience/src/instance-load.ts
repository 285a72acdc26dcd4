import { textHash } from './rendezvous.ts';

/** What a caller knows about one instance at one endpoint; written by {@link Balance} alone. */
export class InstanceLoad {
  readonly id: string;
  /** Of the id, for choices by affinity key. */
  readonly hash: number;
  readonly bornAt: number;
  /** Peak-sensitive mean of durations, ms; 0 until the first sample, above 0 afterwards. */
  ewmaMs = 0;
  sampledAt = 0;
  /** Our own calls in flight there. */
  own = 0;
  /** In flight ÷ limit as last reported. */
  reported = 0;
  reportedAt = Number.NEGATIVE_INFINITY;

  constructor(id: string, bornAt: number) {
    this.id = id;
    this.hash = textHash(id);
    this.bornAt = bornAt;
  }
}
