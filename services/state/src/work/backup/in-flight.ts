/** Work that is under way beside whoever goes on: so much of it at once, and what fails stops whoever began it. */
export class InFlight {
  readonly #most: number;
  readonly #running = new Set<Promise<void>>();
  readonly #failed: unknown[] = [];

  constructor(most: number) {
    this.#most = most;
  }

  /** Begins work once there is room for it. @throws what other work failed with; nothing is under way then */
  async begin(work: () => Promise<void>): Promise<void> {
    while (this.#running.size >= this.#most) await Promise.race(this.#running);
    if (this.#failed.length > 0) await this.settled();
    const running = work()
      .catch((error: unknown) => void this.#failed.push(error))
      .finally(() => this.#running.delete(running));
    this.#running.add(running);
  }

  /** Resolves when nothing is under way. @throws what was the first to fail */
  async settled(): Promise<void> {
    await Promise.all(this.#running);
    const [first] = this.#failed.splice(0);
    if (first !== undefined) throw first;
  }
}
