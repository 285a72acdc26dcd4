/** One try of a call, as the function that makes it sees it. */
export class Attempt {
  /** 1 for the first. */
  readonly n: number;
  /** Time it may take, in ms. */
  readonly budgetMs: number;
  #controller: AbortController | undefined;
  #reason: Error | undefined;

  constructor(n: number, budgetMs: number) {
    this.n = n;
    this.budgetMs = budgetMs;
  }

  /** Aborts when the budget is over or the caller gives up; made when first read, because most attempts never need it. */
  get signal(): AbortSignal {
    if (this.#controller === undefined) {
      this.#controller = new AbortController();
      if (this.#reason) this.#controller.abort(this.#reason);
    }
    return this.#controller.signal;
  }

  /** Tells the function to stop. */
  abort(reason: Error): void {
    this.#reason ??= reason;
    this.#controller?.abort(this.#reason);
  }
}
