import { type Implementation, type Service, subjects, wireName } from '@seedcore/protocol';
import { admission, Gate } from '@seedcore/resilience';
import { type HandlerFunction, ServedEndpoint } from './served-endpoint.ts';

/** Handlers of one endpoint that run at the same time, unless the service says otherwise. */
export const DEFAULT_LIMIT = 64;

/** Slots per endpoint, by the endpoint's name in the contract. */
export type Limits<S extends Service = Service> = { readonly [N in keyof S['endpoints']]?: number };

/** The endpoints of an implementation, ready to be served in namespace `ns`. */
export function serveImplementation<S extends Service>(
  { contract, handlers }: Implementation<S>,
  ns: string,
  limits: Limits<S> = {},
): readonly ServedEndpoint[] {
  return Object.entries(contract.endpoints).map(([key, endpoint]) => {
    const name = wireName(key);
    return new ServedEndpoint({
      name,
      service: contract.name,
      subject: subjects(ns).endpoint(contract.name, name),
      contract: endpoint,
      handle: handlerOf(handlers, key),
      gate: new Gate(admission(limits[key] ?? DEFAULT_LIMIT)),
    });
  });
}

function handlerOf(handlers: object, key: string): HandlerFunction {
  const handler: unknown = Reflect.get(handlers, key);
  if (typeof handler !== 'function') throw new TypeError(`no handler for endpoint "${key}"`);
  return (input, call): unknown => Reflect.apply(handler, undefined, [input, call]);
}
