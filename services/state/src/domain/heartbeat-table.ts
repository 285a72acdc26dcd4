import type { Beat, Liveness } from '@seedcore/contracts';
import { livenessOf } from './liveness.ts';

/** Most agents whose beats are remembered. */
const MOST_AGENTS = 20_000;
/** A beat this far ahead of our clock is not believed, in ms. */
const MOST_AHEAD_MS = 5000;
/** Load and progress older than this are unknown again, in ms. */
const FRESH_MS = 60_000;

/** What an agent last said of itself. */
export type Heard = {
  readonly load: number | undefined;
  readonly progress: number | undefined;
  readonly ageMs: number | undefined;
  readonly liveness: Liveness;
};

/** A moment on both clocks. */
export type Moment = { readonly nowMs: number; readonly wallMs: number };

type Kept = { readonly beat: Beat; readonly instance: string; readonly atMs: number };

/**
 * The last beat of every agent, in memory only. Of one instance the newest seq wins; when an agent moves to another
 * instance, whose count begins anew, the later beat wins. Ages count from when a beat arrived, by our own clock.
 */
export class HeartbeatTable {
  readonly #kept = new Map<string, Kept>();
  #rejected = 0;

  /** Takes a beat; false when it is old, from the future, or one too many. */
  take(beat: Beat, instance: string, { nowMs, wallMs }: Moment): boolean {
    const known = this.#kept.get(beat.agent_id);
    const ahead = Date.parse(beat.at) - wallMs > MOST_AHEAD_MS;
    const full = known === undefined && this.#kept.size >= MOST_AGENTS;
    if (ahead || full) this.#rejected += 1;
    if (ahead || full || (known !== undefined && !isNewer(beat, instance, known))) return false;
    this.#kept.set(beat.agent_id, { beat, instance, atMs: nowMs });
    return true;
  }

  /** What `agentId` last said, as seen at `nowMs`. */
  heard(agentId: string, nowMs: number): Heard {
    const known = this.#kept.get(agentId);
    if (known === undefined) return { load: undefined, progress: undefined, ageMs: undefined, liveness: 'unknown' };
    const ageMs = Math.round(nowMs - known.atMs);
    const { load, progress } = ageMs <= FRESH_MS ? known.beat : { load: null, progress: null };
    return { load: load ?? undefined, progress: progress ?? undefined, ageMs, liveness: livenessOf(ageMs) };
  }

  /** Forgets an agent whose record is gone. */
  forget(agentId: string): void {
    this.#kept.delete(agentId);
  }

  /** Beats that were not believed so far. */
  get rejected(): number {
    return this.#rejected;
  }
}

const isNewer = (beat: Beat, instance: string, known: Kept): boolean =>
  instance === known.instance ? beat.seq > known.beat.seq : Date.parse(beat.at) > Date.parse(known.beat.at);
