import type { Endpoint } from './endpoint.ts';
import type { Event } from './event.ts';
import { contractProblems } from './problems.ts';

/** Endpoints of a contract, by name. */
export type Endpoints = Readonly<Record<string, Endpoint>>;
/** Events of a contract, by name. */
export type Events = Readonly<Record<string, Event>>;

/** A contract: the only place where endpoints are declared; everything else is derived from it. */
export type Service<E extends Endpoints = Endpoints, V extends Events = Events> = {
  readonly name: string;
  readonly doc: string;
  readonly version: string;
  readonly endpoints: E;
  readonly events: V;
};

/** A contract as it is written. */
export type ServiceSpec<E extends Endpoints, V extends Events> = {
  readonly doc: string;
  readonly version: string;
  readonly endpoints: E;
  readonly events?: V;
};

/**
 * Declares a service.
 *
 * @throws TypeError listing every problem of the contract at once
 */
export function service<const E extends Endpoints, const V extends Events = Record<never, never>>(
  name: string,
  spec: ServiceSpec<E, V>,
): Service<E, V> {
  const events = spec.events ?? ({} as V);
  const contract: Service<E, V> = { name, doc: spec.doc, version: spec.version, endpoints: spec.endpoints, events };
  const problems = contractProblems(contract);
  if (problems.length > 0) throw new TypeError(`contract ${name}:\n  ${problems.join('\n  ')}`);
  return contract;
}
