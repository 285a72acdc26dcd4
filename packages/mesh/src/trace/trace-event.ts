import { type Clock, formatTraceparent, headerNames, parseTraceparent, type Trace } from '@seedcore/protocol';
import type { WireMessage } from '../transport/transport.ts';
import { messaging } from './messaging.ts';
import type { Tracing } from './tracing.ts';

/** What events are traced with. */
export type EventTracing = { readonly tracing: Tracing; readonly clock: Clock };

/** Which event: `source.kind`, and its subject without a key. */
export type TracedEvent = { readonly name: string; readonly destination: string };

/**
 * The span of an event that is published; undefined unless it is recorded. Publishing knows of no call, so it begins a
 * trace.
 */
export function tracePublish(ports: EventTracing, event: TracedEvent, bytes: number): EventSpan | undefined {
  const trace = ports.tracing.newRoot();
  return trace && new EventSpan(ports, { ...event, operation: 'publish', bytes, trace, link: undefined });
}

/**
 * The span of a handler that takes an event: in a trace of its own, linked to the one it was published in, because many
 * may take an event, and long afterwards. Recorded with that one; of an event without any, one in so many.
 */
export function traceProcess(
  ports: EventTracing,
  event: TracedEvent,
  { headers, data }: Pick<WireMessage, 'headers' | 'data'>,
): EventSpan | undefined {
  if (!ports.tracing.on) return undefined;
  const link = parseTraceparent(headers.get(headerNames.traceparent));
  const trace = ports.tracing.newRoot(link);
  return trace && new EventSpan(ports, { ...event, operation: 'process', bytes: data.length, trace, link });
}

type EventWork = TracedEvent & {
  readonly operation: 'publish' | 'process';
  readonly bytes: number;
  readonly trace: Trace;
  readonly link: Trace | undefined;
};

/** An event on its way out, or in somebody's hands. */
export class EventSpan {
  readonly #ports: EventTracing;
  readonly #work: EventWork;
  readonly #startedAt: number;

  constructor(ports: EventTracing, work: EventWork) {
    this.#ports = ports;
    this.#work = work;
    this.#startedAt = ports.clock.now();
  }

  /** What belongs to this event belongs here. */
  get trace(): Trace {
    return this.#work.trace;
  }

  /** What the message says of it. */
  get headers(): readonly (readonly [string, string])[] {
    return [[headerNames.traceparent, formatTraceparent(this.trace)]];
  }

  /** It is published or processed; with `errorType` it is not. */
  end(errorType?: string): void {
    const { tracing, clock } = this.#ports;
    const { operation, name, destination, bytes, trace, link } = this.#work;
    tracing.ended({
      name: `${operation} ${name}`,
      kind: operation === 'publish' ? 'producer' : 'consumer',
      trace,
      parentId: undefined,
      link,
      startedAt: this.#startedAt,
      endedAt: clock.now(),
      failed: errorType !== undefined,
      attributes: { ...messaging({ operation, destination, bytes }), 'error.type': errorType },
    });
  }
}
