import type { Clock } from '@seedcore/protocol';

/** How long an answer is kept for a repeat of its call, in ms: longer than a client goes on trying. */
const KEPT_MS = 60_000;
/** Most answers kept. */
const MAX_KEPT = 1000;

type Kept<T> = { readonly answer: Promise<T>; until: number };

/** Makes a call that its client repeats one run: the repeat joins the run under way, or gets its answer. */
export class JoinedRuns<T> {
  readonly #clock: Clock;
  readonly #runs = new Map<string, Kept<T>>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** The run with this id, begun if it is new; one that was thrown out of is forgotten, so that a repeat begins anew. */
  run(id: string, begin: () => Promise<T>): Promise<T> {
    this.#forgetOld();
    const known = this.#runs.get(id);
    if (known !== undefined) return known.answer;
    const kept: Kept<T> = { answer: begin(), until: Number.POSITIVE_INFINITY };
    this.#runs.set(id, kept);
    kept.answer.then(
      () => {
        kept.until = this.#clock.now() + KEPT_MS;
      },
      () => this.#runs.delete(id),
    );
    return kept.answer;
  }

  #forgetOld(): void {
    for (const [id, { until }] of this.#runs) {
      if (until > this.#clock.now() && this.#runs.size < MAX_KEPT) break;
      if (until !== Number.POSITIVE_INFINITY) this.#runs.delete(id);
    }
  }
}
