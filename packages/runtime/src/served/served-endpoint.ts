import type { Call, Endpoint } from '@seedcore/protocol';
import { EarlyRefusal, type Gate, LatencyEstimate } from '@seedcore/resilience';
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
  readonly gate: Gate;
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
  readonly builtin: boolean;
  readonly text: boolean;
  readonly latency = new LatencyEstimate();
  readonly early = new EarlyRefusal();
  readonly pressure = new QueuePressure();
  readonly stats = new EndpointStats();
  /** Handlers still running 30 s after their deadline. */
  leaked = 0;

  constructor(parts: ServedEndpointParts) {
    this.name = parts.name;
    this.service = parts.service;
    this.target = `${parts.service}.${parts.name}`;
    this.subject = parts.subject;
    this.contract = parts.contract;
    this.handle = parts.handle;
    this.gate = parts.gate;
    this.builtin = parts.builtin ?? false;
    this.text = parts.text ?? false;
  }
}
