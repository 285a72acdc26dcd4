import type { MeshError } from '@seedcore/protocol';
import { Timed } from '@seedcore/resilience';
import type { WireMessage } from '../transport/transport.ts';
import { cancelledBy } from './cancelled.ts';
import { lateError } from './late.ts';
import type { Receiver, RequestFacts } from './receiver.ts';

/** How a request ends. */
export type Settle = {
  readonly resolve: (message: WireMessage) => void;
  readonly reject: (error: unknown) => void;
};

/** A request as a promise: whichever of reply, time and caller comes first ends it. */
export class Waiting extends Timed implements Receiver {
  readonly facts: RequestFacts;
  interrupted = false;
  protected readonly settle: Settle;
  #signal: AbortSignal | undefined;
  #giveBack: () => void = () => undefined;

  constructor(facts: RequestFacts, settle: Settle) {
    super();
    this.facts = facts;
    this.settle = settle;
  }

  /** Waits, until the signal aborts at the latest; `giveBack` runs at the end. */
  wait(signal: AbortSignal | undefined, giveBack: () => void): void {
    this.#giveBack = giveBack;
    this.#signal = signal;
    signal?.addEventListener('abort', this, { once: true });
  }

  /** The caller left; the one event this listens to. */
  handleEvent(): void {
    this.#reject(cancelledBy(this.#signal?.reason, { ...this.facts, sent: true }));
  }

  due(): void {
    this.#reject(lateError(this));
  }

  fail(error: MeshError): void {
    this.#reject(error);
  }

  reply(message: WireMessage): void {
    this.end();
    this.settle.resolve(message);
  }

  #reject(error: MeshError): void {
    this.end();
    this.settle.reject(error);
  }

  /** Gives back all it holds, without a word. */
  end(): void {
    this.#signal?.removeEventListener('abort', this);
    this.#giveBack();
  }
}

/** A request with many replies: each is handed over, and its place is kept until whoever asked ends it. */
export class Listening extends Waiting {
  readonly many = true;

  override reply(message: WireMessage): void {
    this.settle.resolve(message);
  }
}
