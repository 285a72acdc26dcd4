import { type Call, type Checking, CheckSampler, type Endpoint, wireOutput } from '@seedcore/protocol';
import {
  AdaptiveLimit,
  admission,
  defaultLimit,
  EarlyRefusal,
  Gate,
  LatencyEstimate,
  type LimitPolicy,
} from '@seedcore/resilience';
import { QueuePressure } from '../brownout/queue-pressure.ts';
import { EndpointStats } from './endpoint-stats.ts';

/** Runs the work behind an endpoint; what it returns is checked, what it throws is translated. */
export type HandlerFunction = (input: unknown, call: Call) => unknown;

/** What a served endpoint is made of. */
export type ServedEndpointParts = {
  /** Name on the wire. */
  readonly name: string;
  readonly service: string;
  readonly subject: string;
  readonly contract: Endpoint;
  readonly handle: HandlerFunction;
  /** How many handlers run at once; a limit that finds itself where nothing is said. */
  readonly limit?: LimitPolicy | undefined;
  /** Slots shared with other endpoints, in place of own ones. */
  readonly gate?: Gate;
  readonly checking?: Checking | undefined;
  /** Answered by every service itself, in every state. */
  readonly builtin?: boolean;
  /** Replies are text, not a value in a codec. */
  readonly text?: boolean;
};

/** One endpoint being served: its contract, its handler, and everything that is measured about it. */
export class ServedEndpoint {
  readonly name: string;
  readonly service: string;
  /** `service.endpoint`, as errors and logs name it. */
  readonly target: string;
  readonly subject: string;
  readonly contract: Endpoint;
  readonly handle: HandlerFunction;
  readonly gate: Gate;
  readonly outputs: CheckSampler;
  readonly builtin: boolean;
  readonly text: boolean;
  readonly latency = new LatencyEstimate();
  readonly early = new EarlyRefusal();
  readonly pressure = new QueuePressure();
  readonly stats = new EndpointStats();
  /** Handlers still running 30 s after their deadline. */
  leaked = 0;
  readonly #usualLimit: LimitPolicy;
  readonly #usualChecking: Checking;
  /** Absent where the slots are shared. */
  #limit: AdaptiveLimit | undefined;

  constructor(parts: ServedEndpointParts) {
    this.name = parts.name;
    this.service = parts.service;
    this.target = `${parts.service}.${parts.name}`;
    this.subject = parts.subject;
    this.contract = parts.contract;
    this.handle = parts.handle;
    this.#usualLimit = parts.limit ?? defaultLimit;
    this.#usualChecking = parts.checking ?? 'always';
    this.#limit = parts.gate === undefined ? new AdaptiveLimit(this.#usualLimit) : undefined;
    this.gate = parts.gate ?? new Gate(admission(this.#limit?.slots ?? 1));
    this.outputs = new CheckSampler(wireOutput(parts.contract), this.#usualChecking);
    this.builtin = parts.builtin ?? false;
    this.text = parts.text ?? false;
  }
  /** A handler has ended after `ms`; `counts` is false when that says nothing about how long the work takes. */
  worked(ms: number, now: number, counts: boolean): void {
    const limit = this.#limit;
    if (limit === undefined) return;
    if (!counts) limit.seen(this.gate.running);
    else if (limit.sample(ms, this.gate.running, now)) this.gate.setLimits(admission(limit.slots), now);
  }

  /** From now on handlers are limited by `policy`, or as usual. */
  limitTo(policy: LimitPolicy | undefined, now: number): void {
    if (this.#limit === undefined) return;
    this.#limit = new AdaptiveLimit(policy ?? this.#usualLimit);
    this.gate.setLimits(admission(this.#limit.slots), now);
  }

  /** From now on outputs are checked like this, or as usual. */
  checkOutput(mode: Checking | undefined): void {
    this.outputs.mode = mode ?? this.#usualChecking;
  }
}
