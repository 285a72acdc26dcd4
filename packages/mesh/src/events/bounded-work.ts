/** Event handlers that run at once, per subscription. */
export const MAX_RUNNING = 16;
/** Events that wait for a handler, per subscription; more are dropped and counted. */
export const MAX_WAITING = 1_000;

type Job = () => Promise<void>;

/** Runs at most 16 jobs at once; up to 1000 wait. */
export class BoundedWork {
  readonly #waiting: Job[] = [];
  #running = 0;
  #idle: (() => void)[] = [];

  /** Runs a job now or later; false when the line is full. The job must not reject. */
  run(job: Job): boolean {
    if (this.#running < MAX_RUNNING) this.#start(job);
    else if (this.#waiting.length < MAX_WAITING) this.#waiting.push(job);
    else return false;
    return true;
  }

  /** Resolves when nothing runs and nothing waits. */
  settled(): Promise<void> {
    if (this.#running === 0) return Promise.resolve();
    return new Promise((resolve) => this.#idle.push(resolve));
  }

  #start(job: Job): void {
    this.#running += 1;
    void job().finally(() => {
      this.#running -= 1;
      const next = this.#waiting.shift();
      if (next !== undefined) this.#start(next);
      else if (this.#running === 0) for (const resolve of this.#idle.splice(0)) resolve();
    });
  }
}
