import { canonicalJson } from '@seedcore/protocol';
import type { Here, HereChange } from './presence.ts';

/** What a watch told of one id. */
export type Told<F> = { readonly id: string; readonly rev: number; readonly facts: F | undefined };

type Entry<F> = { readonly facts: F; readonly rev: number; readonly heardAt: number; readonly missed: boolean };

/** Who is there. Absence is taken for being gone only while things are settled; until then it is noted and kept. */
export class PresenceBook<F> {
  readonly #entries = new Map<string, Entry<F>>();

  get empty(): boolean {
    return this.#entries.size === 0;
  }

  /** Takes what was told at `now`; what others should hear of it, or `doubt` when a look around misses somebody. */
  take(
    { id, rev, facts }: Told<F>,
    at: { readonly now: number; readonly settled: boolean },
  ): HereChange<F> | 'doubt' | undefined {
    const known = this.#entries.get(id);
    if (facts !== undefined) {
      this.#entries.set(id, { facts, rev, heardAt: at.now, missed: false });
      return known !== undefined && same(known.facts, facts) ? undefined : { id, facts };
    }
    if (known === undefined) return undefined;
    // A departure has a message of its own; under the revision that was known, a look around found nobody there.
    if (at.settled && rev > known.rev) {
      this.#entries.delete(id);
      return { id };
    }
    this.#entries.set(id, { ...known, missed: true });
    return at.settled ? 'doubt' : undefined;
  }

  /** Things have settled: whoever was missed and has not been heard of since is gone. */
  settle(): readonly HereChange<F>[] {
    const gone = [...this.#entries].filter(([, { missed }]) => missed).map(([id]) => id);
    for (const id of gone) this.#entries.delete(id);
    return gone.map((id) => ({ id }));
  }

  live(now: number): readonly Here<F>[] {
    return [...this.#entries].map(([id, { facts, heardAt }]) => ({ id, facts, ageMs: Math.max(0, now - heardAt) }));
  }
}

const same = (one: unknown, other: unknown): boolean => canonicalJson(one) === canonicalJson(other);
