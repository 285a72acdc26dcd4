import {
  type Call,
  type CallOptions,
  type Client,
  canonicalJson,
  contractHash,
  type Service,
} from '@seedcore/protocol';
import { type TargetReport, targetReport } from '../report/resources.ts';
import type { Streams } from '../stream/streams.ts';
import type { Asking } from './asking.ts';
import { CallTarget, type ClientOptions, type TargetPorts } from './call-target.ts';
import type { Fallbacks, OptionsFor } from './fallbacks.ts';
import { withProfile } from './profile.ts';

/** Typed clients by contract and options, each made once; clients of one endpoint share its breaker and bulkhead. */
export class Clients {
  readonly #asking: Asking;
  readonly #streams: Streams;
  readonly #ports: TargetPorts;
  readonly #plainClients = new WeakMap<Service, object>();
  /** By contract, then by their fallbacks: these are functions, told apart by the object they are in. */
  readonly #clients = new WeakMap<Service, WeakMap<object, Map<string, object>>>();
  readonly #targets = new Map<string, CallTarget>();

  constructor(asking: Asking, streams: Streams, ports: TargetPorts) {
    this.#asking = asking;
    this.#streams = streams;
    this.#ports = ports;
  }

  /** The client of a contract. */
  client<S extends Service>(contract: S, options?: OptionsFor<S>): Client<S> {
    const client = options === undefined ? this.#plain(contract) : this.#optioned(contract, options);
    // The methods are built from the contract itself, which no type can follow.
    return client as Client<S>;
  }

  /** Asked for anew by many callers for each of their calls, so that options are not even looked at. */
  #plain(contract: Service): object {
    const client = this.#plainClients.get(contract) ?? this.#optioned(contract, {});
    this.#plainClients.set(contract, client);
    return client;
  }

  #optioned(contract: Service, { fallback, ...options }: OptionsFor<Service>): object {
    const known = this.#known(contract, fallback ?? contract);
    const key = canonicalJson(options);
    const client = known.get(key) ?? this.#build(contract, options, fallback);
    known.set(key, client);
    return client;
  }

  #known(contract: Service, fallback: object): Map<string, object> {
    const ofContract = this.#clients.get(contract) ?? new WeakMap<object, Map<string, object>>();
    this.#clients.set(contract, ofContract);
    const known = ofContract.get(fallback) ?? new Map<string, object>();
    ofContract.set(fallback, known);
    return known;
  }

  /** Every target called so far. */
  resources(): readonly TargetReport[] {
    const now = this.#ports.clock.now();
    return [...this.#targets.values()].map(({ name, stack, tally }) =>
      targetReport(name, { stack: stack.status(), tally, now }),
    );
  }

  /** Calls ever made to each target. */
  totals(): ReadonlyMap<string, number> {
    const totals = new Map<string, number>();
    for (const { name, tally } of this.#targets.values()) totals.set(name, (totals.get(name) ?? 0) + tally.total);
    return totals;
  }

  #build(contract: Service, given: ClientOptions, fallbacks: Fallbacks<Service> | undefined): object {
    const methods = Object.keys(contract.endpoints).map((endpoint) => {
      const options = withProfile(given, { service: contract.name, endpoint });
      const ask = this.#asking.ask(contract, endpoint, fallbacks);
      let target: CallTarget | undefined;
      const method = (input: unknown, given?: Call | CallOptions) => {
        target ??= this.#target(contract, endpoint, options);
        return ask(target, input, { given, options });
      };
      const schema = contract.endpoints[endpoint]?.stream;
      if (schema === undefined) return [endpoint, method] as const;
      const stream = (input: unknown, given?: Call | CallOptions) => {
        target ??= this.#target(contract, endpoint, options);
        return this.#streams.open({ target, schema }, input, { given, options });
      };
      return [endpoint, Object.assign(method, { stream })] as const;
    });
    return Object.freeze(Object.fromEntries(methods));
  }

  #target(contract: Service, endpoint: string, options: ClientOptions): CallTarget {
    // A pin changes where a call goes, not how the endpoint is protected.
    const key = `${contractHash(contract)} ${endpoint} ${canonicalJson({ ...options, instance: undefined })}`;
    const target = this.#targets.get(key) ?? new CallTarget({ contract, endpoint, options }, this.#ports);
    this.#targets.set(key, target);
    return target;
  }
}
