import type { SpanAttributes } from './span.ts';

/** What a span does with a message. */
export type Operation = 'call' | 'attempt' | 'serve' | 'publish' | 'process';

/** What is done with which message. */
export type Messaging = {
  readonly operation: Operation;
  /** The subject with nothing in it that differs from message to message. */
  readonly destination: string;
  /** Of the body as it travels; undefined when there was none. */
  readonly bytes: number | undefined;
};

/**
 * What every span says about its message.
 *
 * @source OpenTelemetry semantic conventions, messaging
 */
export function messaging({ operation, destination, bytes }: Messaging): SpanAttributes {
  return {
    'messaging.system': 'nats',
    'messaging.destination.template': destination,
    'messaging.operation.type': operation === 'serve' || operation === 'process' ? 'process' : 'send',
    'messaging.operation.name': operation,
    'messaging.message.body.size': bytes,
  };
}
