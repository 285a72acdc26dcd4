import { badInput, type Clock, jsonCodec, MeshError, type Service, type Subjects, validate } from '@seedcore/protocol';
import { codeOf } from '../record/record-step.ts';
import type { Observers } from '../report/observer.ts';
import { tracePublish } from '../trace/trace-event.ts';
import type { Tracing } from '../trace/tracing.ts';
import type { Transport } from '../transport/transport.ts';
import { eventSubject, eventTarget, tracedEvent } from './event-target.ts';

/** What events pass through. */
export type EventPorts = {
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly observers: Observers;
  readonly clock: Clock;
  readonly tracing: Tracing;
};

/** What is published, and under which key. */
export type Publication = { readonly data: unknown; readonly key: string | undefined };

/**
 * Publishes one event as JSON, because people listen with `nats sub`.
 *
 * @returns false when there is no connection: the event is lost, and counted
 * @throws MeshError `bad_request` when the data do not fit the contract
 */
export function publishEvent(
  ports: EventPorts,
  { contract, kind }: { readonly contract: Service; readonly kind: string },
  { data, key }: Publication,
): boolean {
  const { subjects, transport, observers, tracing } = ports;
  const target = eventTarget(contract, kind);
  const seen = (outcome: 'ok' | 'dropped' | 'invalid') =>
    observers.event({ event: target.name, direction: 'out', outcome });
  const checked = validate(target.event.data, data);
  if (!checked.ok) {
    seen('invalid');
    throw badInput(target.name, checked.problems);
  }
  const subject = eventSubject(subjects, target, { data: checked.value, key });
  const body = jsonCodec.encode(checked.value);
  const span = tracing.on ? tracePublish(ports, tracedEvent(subjects, target), body.length) : undefined;
  try {
    transport.publish(subject, body, span && { headers: span.headers });
    span?.end();
  } catch (error) {
    span?.end(codeOf(error));
    if (!(error instanceof MeshError) || error.code !== 'not_connected') throw error;
    seen('dropped');
    return false;
  }
  seen('ok');
  return true;
}
