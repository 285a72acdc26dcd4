import { type Checking, type Implementation, type Service, subjects, wireName } from '@seedcore/protocol';
import { type HandlerFunction, ServedEndpoint } from './served-endpoint.ts';

/**
 * How many handlers of an endpoint run at the same time, by its name in the contract: a number fixes it, as for a device
 * or for calls that wait long by design; where nothing is said the limit finds itself.
 */
export type Limits<S extends Service = Service> = { readonly [N in keyof S['endpoints']]?: { readonly fixed: number } };

/** How an implementation is served. */
export type Serving<S extends Service = Service> = {
  readonly ns: string;
  readonly limits?: Limits<S> | undefined;
  readonly checking?: Checking | undefined;
};

/** The endpoints of an implementation, ready to be served. */
export function serveImplementation<S extends Service>(
  { contract, handlers }: Implementation<S>,
  { ns, limits = {}, checking }: Serving<S>,
): readonly ServedEndpoint[] {
  return Object.entries(contract.endpoints).map(([key, endpoint]) => {
    const name = wireName(key);
    return new ServedEndpoint({
      name,
      service: contract.name,
      subject: subjects(ns).endpoint(contract.name, name),
      contract: endpoint,
      handle: handlerOf(handlers, key),
      limit: limits[key],
      checking,
    });
  });
}

function handlerOf(handlers: object, key: string): HandlerFunction {
  const handler: unknown = Reflect.get(handlers, key);
  if (typeof handler !== 'function') throw new TypeError(`no handler for endpoint "${key}"`);
  return (input, call): unknown => Reflect.apply(handler, undefined, [input, call]);
}
