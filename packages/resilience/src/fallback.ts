import { type Degraded, MeshError, meshErrors } from '@seedcore/protocol';
import { LastGood, type LastGoodPolicy } from './last-good.ts';

/** What may stand in for an answer, tried in this order; what is left out is not tried. */
export type FallbackPolicy<T, I = unknown> = {
  /** Makes a value of the failure; one that throws is reported and passed over. Whoever calls bounds its time. */
  readonly custom?: ((error: MeshError, input: I) => T | Promise<T>) | undefined;
  /** The last good value of the same key. */
  readonly lastGood?: LastGoodPolicy | undefined;
  /** A value that is always there. */
  readonly default?: (() => T) | undefined;
};

/** What was asked: the input itself, and the key its last good value is kept by. */
export type Asked<I> = { readonly key: string; readonly input: I };

/** A value that is not live, and why: a fallback is never unmarked (S28). */
export type StandIn<T> = { readonly value: T; readonly degraded: Degraded };

/** Answers in place of a target that could not: own function, last good value, default. Opt-in, and always marked. */
export class Fallback<T, I = unknown> {
  readonly #policy: FallbackPolicy<T, I>;
  readonly #onBroken: (error: unknown) => void;
  readonly #lastGood: LastGood<T> | undefined;

  /** @param onBroken told what a custom fallback threw */
  constructor(policy: FallbackPolicy<T, I>, onBroken: (error: unknown) => void) {
    this.#policy = policy;
    this.#onBroken = onBroken;
    this.#lastGood = policy.lastGood && new LastGood(policy.lastGood);
  }

  /** The target answered; only a live value is kept. */
  ok(key: string, { value, degraded }: { readonly value: T; readonly degraded?: Degraded | undefined }, now: number) {
    if (degraded === undefined) this.#lastGood?.keep(key, value, now);
  }

  /** What stands in for the answer; throws the failure itself when nothing does, or when it is the caller's own fault. */
  async failed(failure: unknown, asked: Asked<I>, now: number): Promise<StandIn<T>> {
    if (!(failure instanceof MeshError) || meshErrors[failure.code].kind === 'caller') throw failure;
    const reason = failure.code;
    const custom = await this.#custom(failure, asked.input);
    if (custom) return { value: custom.value, degraded: { reason, source: 'custom' } };
    const kept = this.#lastGood?.find(asked.key, now);
    if (kept) return { value: kept.value, degraded: { reason, source: 'cache', age_ms: kept.ageMs } };
    if (!this.#policy.default) throw failure;
    return { value: this.#policy.default(), degraded: { reason, source: 'default' } };
  }

  async #custom(failure: MeshError, input: I): Promise<{ readonly value: T } | undefined> {
    const { custom } = this.#policy;
    if (!custom) return undefined;
    try {
      return { value: await custom(failure, input) };
    } catch (error) {
      this.#onBroken(error);
      return undefined;
    }
  }
}
