import { BoundedMap } from './bounded-map.ts';
import { advanceStream, type Drift, type DriftStream, driftOf, freshStream } from './drift-stream.ts';
import { type Observation, sizeOf } from './observation.ts';

/** What one observation did to its stream. */
export type Observed =
  | { readonly fits: true; readonly n: number; readonly since: number; readonly drift: Drift | undefined }
  | { readonly fits: false; readonly expected: number; readonly got: number };

const mostStreams = 256;

/**
 * The streams this process knows, the 256 used last: 200 kB each at most. A stream forgotten, like one after a restart,
 * starts again with a new reference, and says so by `n` and `since`.
 */
export class DriftStreams {
  readonly #streams = new BoundedMap<string, DriftStream>(mostStreams);

  /** @param now ms since 1970 */
  observe(id: string, observation: Observation, now: number): Observed {
    const stream = this.#streams.get(id) ?? freshStream(observation, now);
    const got = sizeOf(observation);
    if (got !== stream.size) return { fits: false, expected: stream.size, got };
    const next = advanceStream(stream, observation, now);
    this.#streams.set(id, next);
    return { fits: true, n: next.n, since: next.since, drift: driftOf(next) };
  }
}
