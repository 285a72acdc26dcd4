import type { Clock, Random } from '@seedcore/protocol';
import { contractHash, type Endpoint, type Service, wireName, wireOutput } from '@seedcore/protocol';
import {
  type BreakerPolicy,
  defaultBulkhead,
  type GateLimits,
  type Observer,
  Overhead,
  type RetryPolicy,
  Stack,
} from '@seedcore/resilience';
import { isBlameless } from '../report/blameless.ts';
import { CallTally } from '../report/call-tally.ts';

/** What a client may be given beside its contract; everything has a default. */
export type ClientOptions = {
  /** Pins one instance. */
  readonly instance?: string | undefined;
  /** In place of every endpoint's own. */
  readonly deadlineMs?: number | undefined;
  readonly retry?: RetryPolicy | undefined;
  readonly breaker?: BreakerPolicy | undefined;
  readonly bulkhead?: GateLimits | undefined;
};

/** One endpoint of one service with everything its callers in this process share. */
export class CallTarget {
  /** `service.endpoint`. */
  readonly name: string;
  readonly service: string;
  /** The endpoint's name on the wire. */
  readonly wire: string;
  readonly endpoint: Endpoint;
  readonly contract: string;
  /** The output as it travels, with its mark where the endpoint may degrade. */
  readonly output: ReturnType<typeof wireOutput>;
  readonly stack: Stack;
  readonly queue: number;
  readonly overhead = new Overhead();
  readonly tally = new CallTally();

  constructor({ contract, endpoint, options }: TargetSpec, ports: TargetPorts) {
    const found = contract.endpoints[endpoint];
    if (found === undefined) throw new RangeError(`${contract.name} has no endpoint ${endpoint}`);
    this.endpoint = found;
    this.service = contract.name;
    this.wire = wireName(endpoint);
    this.name = `${contract.name}.${this.wire}`;
    this.contract = contractHash(contract);
    this.output = wireOutput(found);
    const { retry, breaker, bulkhead } = options;
    this.queue = (bulkhead ?? defaultBulkhead).queue;
    this.stack = new Stack(
      this.name,
      {
        deadlineMs: options.deadlineMs ?? found.deadlineMs,
        // Attempts share an idempotency key where replies are kept, so repeating is as safe as if it were idempotent.
        idempotent: found.idempotent || found.replays,
        floorMs: found.floorMs,
        keepsBudget: true,
        blameless: isBlameless,
        ...(retry === undefined ? {} : { retry }),
        ...(breaker === undefined ? {} : { breaker }),
        ...(bulkhead === undefined ? {} : { bulkhead }),
      },
      ports,
    );
  }
}

/** Which endpoint, and how it is to be called. */
export type TargetSpec = { readonly contract: Service; readonly endpoint: string; readonly options: ClientOptions };
/** Time, chance and the ear for decisions. */
export type TargetPorts = { readonly clock: Clock; readonly random: Random; readonly observe: Observer };
