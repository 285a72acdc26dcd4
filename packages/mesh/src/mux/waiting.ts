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
  readonly #settle: Settle;
  #signal: AbortSignal | undefined;
  #giveBack: () => void = () => undefined;

  constructor(facts: RequestFacts, settle: Settle) {
    super();
    this.facts = facts;
    this.#settle = settle;
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
    this.#end();
    this.#settle.resolve(message);
  }

  #reject(error: MeshError): void {
    this.#end();
    this.#settle.reject(error);
  }

  #end(): void {
    this.#signal?.removeEventListener('abort', this);
    this.#giveBack();
  }
}
