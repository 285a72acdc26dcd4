/** Lets a loop sleep until somebody wakes it; a wake before the sleep is not lost. */
export class Wake {
  #woken = false;
  #resolve: (() => void) | undefined;

  /** Resolves at the next wake, or at once when there was one since the last sleep. */
  async sleep(): Promise<void> {
    if (!this.#woken) {
      await new Promise<void>((resolve) => {
        this.#resolve = resolve;
      });
    }
    this.#woken = false;
    this.#resolve = undefined;
  }

  wake(): void {
    this.#woken = true;
    this.#resolve?.();
  }
}
