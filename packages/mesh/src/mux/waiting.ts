import type { WireMessage } from '../transport/transport.ts';

/** What errors of a request carry. */
export type RequestFacts = {
  readonly target: string;
  readonly attempt?: number;
  readonly traceId?: string;
  readonly instance?: string | undefined;
};

/** How a request ends. */
export type Settle = {
  readonly resolve: (message: WireMessage) => void;
  readonly reject: (error: unknown) => void;
};

/** One request without a reply yet; whichever end comes first gives back all it holds. */
export class Waiting {
  readonly facts: RequestFacts;
  /** The connection was lost while it waited: its reply may be lost as well. */
  interrupted = false;
  readonly #settle: Settle;
  readonly #held: (() => void)[] = [];

  constructor(facts: RequestFacts, settle: Settle) {
    this.facts = facts;
    this.#settle = settle;
  }

  /** Has `giveBack` run at the end. */
  hold(giveBack: () => void): void {
    this.#held.push(giveBack);
  }

  resolve(message: WireMessage): void {
    this.end();
    this.#settle.resolve(message);
  }

  reject(error: unknown): void {
    this.end();
    this.#settle.reject(error);
  }

  /** Gives back all it holds, without a word. */
  end(): void {
    for (const giveBack of this.#held.splice(0)) giveBack();
  }
}

/** A request with many replies: each is handed over, and its place is kept until whoever asked ends it. */
export class Listening extends Waiting {
  readonly #each: (message: WireMessage) => void;

  constructor(facts: RequestFacts, settle: Settle) {
    super(facts, settle);
    this.#each = (message) => settle.resolve(message);
  }

  override resolve(message: WireMessage): void {
    this.#each(message);
  }
}
