import {
  badRequest,
  CodecError,
  codecOf,
  DEFAULT_MAX_BYTES,
  headerNames,
  isToken,
  MeshError,
  type Service,
  type Trace,
  validate,
} from '@seedcore/protocol';
import { codeOf } from '../record/record-step.ts';
import type { EventSeen } from '../report/observer.ts';
import { type EventSpan, traceProcess } from '../trace/trace-event.ts';
import type { Subscription, WireMessage } from '../transport/transport.ts';
import { BoundedWork } from './bounded-work.ts';
import { type EventTarget, eventTarget, tracedEvent } from './event-target.ts';
import type { EventPorts } from './publisher.ts';

/** What an event handler learns beside the data. */
export type EventContext = {
  readonly subject: string;
  readonly key: string | undefined;
  /** Handed on with calls made for the event, as `{ trace }`, it makes them part of its trace; absent unless that is recorded. */
  readonly trace?: Trace | undefined;
};

/** Takes one event; what it throws is counted and reported, and stops nothing. */
export type AnyEventHandler = (data: unknown, context: EventContext) => void | Promise<void>;

/** Options of a subscription: members of a `group` share the events between them. */
export type SubscribeOptions = { readonly group?: string | undefined };

/** Hands every valid event of one kind to `handler`, sixteen at once. */
export function subscribeEvent(
  ports: EventPorts,
  { contract, kind, group }: { readonly contract: Service; readonly kind: string } & SubscribeOptions,
  handler: AnyEventHandler,
): Subscription {
  const target = eventTarget(contract, kind);
  const receiver = new Receiver(ports, target, handler);
  const options = group === undefined ? {} : { queue: checkedGroup(target.name, group) };
  const subscriptions = ports.subjects
    .eventAll(target.source, target.kind)
    .map((subject) => ports.transport.subscribe(subject, (message) => receiver.take(message), options));
  return {
    unsubscribe: () => {
      for (const one of subscriptions) one.unsubscribe();
    },
    async drain() {
      await Promise.all(subscriptions.map((one) => one.drain()));
      await receiver.settled();
    },
  };
}

/** The library writes a group into the protocol as it is: a line break in it would be a command. */
function checkedGroup(target: string, group: string): string {
  if (isToken(group)) return group;
  const { message, details } = badRequest(target, 'group', 'must be 1 to 64 of A-Z a-z 0-9 _ -');
  throw new MeshError('bad_request', { target, message, details, sent: false });
}

class Receiver {
  readonly #ports: EventPorts;
  readonly #target: EventTarget;
  readonly #handler: AnyEventHandler;
  readonly #work = new BoundedWork();

  constructor(ports: EventPorts, target: EventTarget, handler: AnyEventHandler) {
    this.#ports = ports;
    this.#target = target;
    this.#handler = handler;
  }

  take(message: WireMessage): void {
    const checked = validate(this.#target.event.data, decoded(message));
    if (!checked.ok) this.#seen('invalid');
    else if (!this.#work.run(() => this.#handle(checked.value, message))) this.#seen('dropped');
  }

  settled(): Promise<void> {
    return this.#work.settled();
  }

  async #handle(data: unknown, message: WireMessage): Promise<void> {
    const { subject } = message;
    const span = this.#ports.tracing.on ? this.#trace(message) : undefined;
    const context = { subject, key: this.#keyOf(subject) };
    try {
      await this.#handler(data, span === undefined ? context : { ...context, trace: span.trace });
      span?.end();
      this.#seen('ok');
    } catch (error) {
      span?.end(codeOf(error));
      this.#seen('failed');
      this.#ports.observers.defect(subject, error);
    }
  }

  #trace(message: WireMessage): EventSpan | undefined {
    return traceProcess(this.#ports, tracedEvent(this.#ports.subjects, this.#target), message);
  }

  #keyOf(subject: string): string | undefined {
    const plain = this.#ports.subjects.event(this.#target.source, this.#target.kind);
    return subject.length > plain.length ? subject.slice(plain.length + 1) : undefined;
  }

  #seen(outcome: EventSeen['outcome']): void {
    this.#ports.observers.event({ event: this.#target.name, direction: 'in', outcome });
  }
}

/** Bytes that do not decode are an event nobody can take. */
function decoded({ headers, data }: WireMessage): unknown {
  try {
    return codecOf(headers.get(headerNames.contentType))?.decode(data, { maxBytes: DEFAULT_MAX_BYTES });
  } catch (error) {
    if (error instanceof CodecError) return undefined;
    throw error;
  }
}
