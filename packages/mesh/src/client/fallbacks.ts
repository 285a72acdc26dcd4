import type { Endpoint, MeshError, Output, Sent, Service } from '@seedcore/protocol';
import type { LastGoodPolicy } from '@seedcore/resilience';
import type { ClientOptions } from './call-target.ts';

/** What stands in for an endpoint's answer when there is none, tried in this order; what is left out is not tried. */
export type EndpointFallback<E extends Endpoint> = {
  /**
   * Makes a value of the failure, within a second; if it throws or takes longer, that is reported and the next is tried.
   * It runs to its end also when the caller gives up meanwhile.
   */
  custom?(error: MeshError, input: Sent<E>): Output<E> | Promise<Output<E>>;
  /** The last live value of an equal input: a thousand of them, five minutes old at most, unless told otherwise. */
  readonly lastGood?: LastGoodPolicy | true | undefined;
  /** A value that is always there. */
  readonly default?: (() => Output<E>) | undefined;
};

/** Fallbacks by endpoint. They stand in for whole answers, not for streams. */
export type Fallbacks<S extends Service> = {
  readonly [N in keyof S['endpoints']]?: EndpointFallback<S['endpoints'][N]>;
};

/**
 * What a client of one contract may be given. Last good values belong to the client: who wants to find them again
 * keeps the client, or hands in the same `fallback` object.
 */
export type OptionsFor<S extends Service> = ClientOptions & { readonly fallback?: Fallbacks<S> | undefined };
