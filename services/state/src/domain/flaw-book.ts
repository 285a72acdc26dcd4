/** A record this replica met and will not write over: nobody can read it, or a newer program wrote it. */
export type Flawed = {
  readonly bucket: string;
  readonly key: string;
  readonly rev: number;
  readonly kind: 'corrupt_record' | 'newer_schema';
};

/** How many there are of each kind. */
export type FlawCounts = { readonly corrupt: number; readonly newer: number };

/** Most flawed records that are known at once; a bucket with more is to be restored. */
const MOST = 10_000;

/** The flawed records a replica has met, each at the newest revision it was met at. */
export class FlawBook {
  readonly #flawed = new Map<string, Flawed>();

  /** Takes one; false when it is known at that revision or a later one, or there is no room. */
  note(flawed: Flawed): boolean {
    const name = nameOf(flawed);
    const known = this.#flawed.get(name);
    if (known === undefined ? this.#flawed.size >= MOST : known.rev >= flawed.rev) return false;
    const { bucket, key, rev, kind } = flawed;
    this.#flawed.set(name, { bucket, key, rev, kind });
    return true;
  }

  /** Strikes one out that is not at that revision any more. */
  strike(flawed: Flawed): void {
    const name = nameOf(flawed);
    if (this.#flawed.get(name)?.rev === flawed.rev) this.#flawed.delete(name);
  }

  get counts(): FlawCounts {
    const corrupt = [...this.#flawed.values()].filter(({ kind }) => kind === 'corrupt_record').length;
    return { corrupt, newer: this.#flawed.size - corrupt };
  }

  /** All of them, by bucket and key. */
  list(): readonly Flawed[] {
    return [...this.#flawed].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, flawed]) => flawed);
  }
}

const nameOf = ({ bucket, key }: Flawed): string => `${bucket} ${key}`;
