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
import { CallTarget, type ClientOptions, type TargetPorts } from './call-target.ts';
import type { Caller } from './caller.ts';

/** Typed clients by contract and options, each made once; clients of one endpoint share its breaker and bulkhead. */
export class Clients {
  readonly #caller: Caller;
  readonly #streams: Streams;
  readonly #ports: TargetPorts;
  readonly #clients = new WeakMap<Service, Map<string, unknown>>();
  readonly #targets = new Map<string, CallTarget>();

  constructor(caller: Caller, streams: Streams, ports: TargetPorts) {
    this.#caller = caller;
    this.#streams = streams;
    this.#ports = ports;
  }

  /** The client of a contract. */
  client<S extends Service>(contract: S, options: ClientOptions = {}): Client<S> {
    const known = this.#clients.get(contract) ?? new Map<string, unknown>();
    this.#clients.set(contract, known);
    const key = canonicalJson(options);
    const client = known.get(key) ?? this.#build(contract, options);
    known.set(key, client);
    // The methods are built from the contract itself, which no type can follow.
    return client as Client<S>;
  }

  /** Every target called so far. */
  resources(): readonly TargetReport[] {
    const now = this.#ports.clock.now();
    return [...this.#targets.values()].map(({ name, stack, tally, queue }) =>
      targetReport(name, { stack: stack.status(), tally, queue, now }),
    );
  }

  /** Calls ever made to each target. */
  totals(): ReadonlyMap<string, number> {
    const totals = new Map<string, number>();
    for (const { name, tally } of this.#targets.values()) totals.set(name, (totals.get(name) ?? 0) + tally.total);
    return totals;
  }

  #build(contract: Service, options: ClientOptions): object {
    const methods = Object.keys(contract.endpoints).map((endpoint) => {
      let target: CallTarget | undefined;
      const method = (input: unknown, given?: Call | CallOptions) => {
        target ??= this.#target(contract, endpoint, options);
        return this.#caller.call(target, input, { given, options });
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
