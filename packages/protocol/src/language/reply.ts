import type { z } from 'zod';
import type { Call, CallOptions } from '../call/call.ts';
import type { StreamReply, StreamWriter } from '../call/stream.ts';
import type { Degraded } from '../degraded.ts';
import type { Endpoint } from './endpoint.ts';
import type { Service } from './service.ts';

/** What a handler receives: defaults filled in. */
export type Input<E extends Endpoint> = z.output<E['input']>;
/** What a caller sends: defaults optional. */
export type Sent<E extends Endpoint> = z.input<E['input']>;
/** The value of a successful reply. */
export type Output<E extends Endpoint> = z.output<E['output']>;
/** Details of one declared failure. */
export type Details<E extends Endpoint, C extends keyof E['failures']> = z.output<E['failures'][C]['details']>;
/** The union of an endpoint's declared failures. */
export type FailureOf<E extends Endpoint> = {
  [C in keyof E['failures'] & string]: { readonly code: C; readonly details: Details<E, C> };
}[keyof E['failures'] & string];

/** A successful reply; only degradable endpoints may mark it. */
export type Success<E extends Endpoint> = E['degradable'] extends true
  ? { readonly ok: true; readonly value: Output<E>; readonly degraded?: Degraded }
  : { readonly ok: true; readonly value: Output<E> };

/** An answer: a value or a declared failure. Everything else is a thrown `MeshError`. */
export type Reply<E extends Endpoint> = Success<E> | { readonly ok: false; readonly failure: FailureOf<E> };

/** An answer as its caller gets it: where a client was given a fallback, a value of any endpoint may not be live. */
export type Answered<E extends Endpoint> =
  | { readonly ok: true; readonly value: Output<E>; readonly degraded?: Degraded }
  | { readonly ok: false; readonly failure: FailureOf<E> };

/** One item of an endpoint's stream as its reader gets it; never where it has none. */
export type Item<E extends Endpoint> = E['stream'] extends z.ZodType ? z.output<E['stream']> : never;

/** The call as the handler of an endpoint sees it; `stream` is there when the caller asked for the stream. */
export type CallOf<E extends Endpoint> = E['stream'] extends z.ZodType
  ? Call & { readonly stream: StreamWriter<z.input<E['stream']>> | undefined }
  : Call;

/** Serves one endpoint. */
export type Handler<E extends Endpoint> = (input: Input<E>, call: CallOf<E>) => Reply<E> | Promise<Reply<E>>;

/** One handler per endpoint, none missing, none extra. */
export type Handlers<S extends Service> = { readonly [N in keyof S['endpoints']]: Handler<S['endpoints'][N]> };

/** Calls one endpoint; hands on the given call, or starts one with the given options. */
export type ClientMethod<E extends Endpoint> = ((input: Sent<E>, call?: Call | CallOptions) => Promise<Answered<E>>) &
  StreamMethod<E>;

/** What a client method has beside the call itself where its endpoint streams. */
export type StreamMethod<E extends Endpoint> = E['stream'] extends z.ZodType
  ? { readonly stream: (input: Sent<E>, call?: Call | CallOptions) => StreamReply<Item<E>, Reply<E>> }
  : unknown;

/** A typed client: one method per endpoint. */
export type Client<S extends Service> = { readonly [N in keyof S['endpoints']]: ClientMethod<S['endpoints'][N]> };

/** A contract together with the handlers that keep it. */
export type Implementation<S extends Service = Service> = { readonly contract: S; readonly handlers: Handlers<S> };

/** Binds handlers to a contract; a missing or an extra handler does not compile. */
export function implement<S extends Service, H extends Handlers<S>>(
  contract: S,
  handlers: H & { readonly [N in Exclude<keyof H, keyof S['endpoints']>]: never },
): Implementation<S> {
  return { contract, handlers };
}

/** A successful reply. */
export function ok<V>(value: V): { readonly ok: true; readonly value: V };
/** A successful reply that is not live, and says so. */
export function ok<V>(
  value: V,
  degraded: Degraded | undefined,
): { readonly ok: true; readonly value: V; readonly degraded?: Degraded };
export function ok<V>(value: V, degraded?: Degraded) {
  return degraded === undefined ? { ok: true, value } : { ok: true, value, degraded };
}

/** A declared failure: an answer, never retried. */
export function fail<const C extends string, D>(code: C, details: D) {
  return { ok: false, failure: { code, details } } as const;
}
