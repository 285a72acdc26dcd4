import { badInput, jsonCodec, MeshError, validate } from '@seedcore/protocol';
import { codeOf } from '../record/record-step.ts';
import { tracePublish } from '../trace/trace-event.ts';
import { countEvent, type EventOf, type EventPorts } from './event-ports.ts';
import { checkedToken, type EventTarget, eventKey, eventTarget, tracedEvent } from './event-target.ts';

/** How an event is published. */
export type EventOptions = {
  /** Last token of the subject, in place of the field the contract names. */
  readonly key?: string;
};

/** How a durable event is published. */
export type DurableEventOptions = EventOptions & {
  /** Names the event, so that publishing it again changes nothing; one is made where none is given. */
  readonly id?: string;
};

/** The broker's word that a durable event is on disk; `duplicate` when it was already. */
export type EventReceipt = { readonly id: string; readonly duplicate: boolean };

/** What is published, and how. */
export type Publication = { readonly data: unknown } & DurableEventOptions;

/** An event that fits its contract, as JSON, because people listen with `nats sub`. */
type Outgoing = { readonly target: EventTarget; readonly key: string | undefined; readonly body: Uint8Array };

/**
 * Publishes one event and forgets it.
 *
 * @returns false when there is no connection: the event is lost, and counted
 * @throws MeshError `bad_request` when the data do not fit the contract
 */
export function publishLossy(ports: EventPorts, event: EventOf, publication: Publication): boolean {
  return tell(ports, outgoing(ports, event, publication));
}

/**
 * Has one event kept, then tells it to whoever listens without a group, as if it were lossy.
 *
 * @throws MeshError `bad_request` when the data do not fit the contract or the id belongs to another event; `timeout` when
 * nobody can say whether it was kept; TypeError when this process has nowhere to keep it
 */
export async function publishDurable(
  ports: EventPorts,
  event: EventOf,
  publication: Publication,
): Promise<EventReceipt> {
  const prepared = outgoing(ports, event, publication);
  const { target, key, body } = prepared;
  const { source, kind, name } = target;
  const id = publication.id === undefined ? ports.ids.next() : checkedToken(name, 'id', publication.id);
  const seen = countEvent(ports.observers, name, 'out');
  try {
    const { duplicate } = await ports.store(name).keep({ source, kind, id, key, body });
    seen('ok');
    tell(ports, prepared, true);
    return { id, duplicate };
  } catch (error) {
    seen('failed');
    throw error;
  }
}

function outgoing(ports: EventPorts, { contract, kind }: EventOf, { data, key }: Publication): Outgoing {
  const target = eventTarget(contract, kind);
  const checked = validate(target.event.data, data);
  if (!checked.ok) {
    countEvent(ports.observers, target.name, 'out')('invalid');
    throw badInput(target.name, checked.problems);
  }
  return { target, key: eventKey(target, { data: checked.value, key }), body: jsonCodec.encode(checked.value) };
}

/** To everybody listening now; a kept event was counted when it was kept, its lost copy is counted too. */
function tell(ports: EventPorts, { target, key, body }: Outgoing, kept = false): boolean {
  const { subjects, transport, observers, tracing } = ports;
  const seen = countEvent(observers, target.name, 'out');
  const span = tracing.on ? tracePublish(ports, tracedEvent(subjects, target), body.length) : undefined;
  try {
    transport.publish(subjects.event(target.source, target.kind, key), body, span && { headers: span.headers });
    span?.end();
  } catch (error) {
    span?.end(codeOf(error));
    if (!(error instanceof MeshError) || error.code !== 'not_connected') throw error;
    seen('dropped');
    return false;
  }
  if (!kept) seen('ok');
  return true;
}
