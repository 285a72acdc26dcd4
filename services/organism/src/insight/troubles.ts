/** Something this replica has to do without, and what follows from that. */
export type Trouble = { readonly what: string; readonly effect: string };

/** Remembers since when each trouble is there; a trouble that went and came back is a new one. */
export class Troubles {
  readonly #look: () => readonly Trouble[];
  readonly #wallMs: () => number;
  #since = new Map<string, number>();

  constructor(look: () => readonly Trouble[], wallMs: () => number) {
    this.#look = look;
    this.#wallMs = wallMs;
  }

  /** What is missing now; to be asked regularly, since a trouble begins when it is first seen. */
  now(): (Trouble & { readonly since: string })[] {
    const troubles = this.#look();
    const now = this.#wallMs();
    this.#since = new Map(troubles.map(({ what }) => [what, this.#since.get(what) ?? now]));
    return troubles.map((one) => ({ ...one, since: new Date(this.#since.get(one.what) ?? now).toISOString() }));
  }
}
