import { type Service, wireName } from '@seedcore/protocol';
import type { Ask } from './ask.ts';
import type { CallTarget } from './call-target.ts';
import type { Caller } from './caller.ts';
import type { CallerParts } from './caller-parts.ts';
import type { Fallbacks } from './fallbacks.ts';
import { SharedCalls } from './shared-calls.ts';
import { withFallback } from './with-fallback.ts';

/**
 * Where the value of a call is used, outside of the stack of policies: a fallback first, then single-flight. Chosen when
 * a client is made, so that an endpoint that has neither is called as if there were none.
 */
export class Asking {
  readonly #caller: Caller;
  readonly #parts: CallerParts;
  readonly #shared = new WeakMap<CallTarget, SharedCalls>();
  readonly #alone: Ask = (target, input, how) => this.#caller.call(target, input, how);
  readonly #together: Ask = (target, input, how) => this.#sharedBy(target).call(target, input, how);

  constructor(caller: Caller, parts: CallerParts) {
    this.#caller = caller;
    this.#parts = parts;
  }

  /** How the endpoint of a contract is called by a client that was given these fallbacks. */
  ask(contract: Service, endpoint: string, fallbacks: Fallbacks<Service> = {}): Ask {
    const ask = contract.endpoints[endpoint]?.coalesce ? this.#together : this.#alone;
    const fallback = fallbacks[endpoint];
    if (fallback === undefined) return ask;
    return withFallback(ask, { name: `${contract.name}.${wireName(endpoint)}`, fallback }, this.#parts);
  }

  #sharedBy(target: CallTarget): SharedCalls {
    const shared = this.#shared.get(target) ?? new SharedCalls(this.#caller, this.#parts);
    this.#shared.set(target, shared);
    return shared;
  }
}
