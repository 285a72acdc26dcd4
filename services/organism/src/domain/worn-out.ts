/** Threads that do not go: so many of them, and the process is replaced; each costs a core, and only the process ends them. */
export const MAX_STUCK = 2;

/** Counts what a replica had to leave behind since it started, also of agents it no longer has. */
export class WornOut {
  readonly #replace: (why: string) => void;
  #stuck = 0;

  constructor(replace: (why: string) => void) {
    this.#replace = replace;
  }

  /** One more thread or process did not go. */
  leftBehind(): void {
    this.#stuck += 1;
    if (this.#stuck === MAX_STUCK) this.#replace(`${MAX_STUCK} threads are stuck`);
  }
}
