import { headerNames, validate } from '@seedcore/protocol';
import { codeOf } from '../record/record-step.ts';
import { type EventSpan, traceProcess } from '../trace/trace-event.ts';
import type { Subscription, WireMessage } from '../transport/transport.ts';
import { BoundedWork } from './bounded-work.ts';
import { decodedEvent } from './decoded-event.ts';
import type { AnyEventHandler, SubscribeOptions } from './event-handler.ts';
import { countEvent, type EventPorts } from './event-ports.ts';
import { checkedToken, type EventTarget, tracedEvent } from './event-target.ts';

/** Hands every valid event of one kind that is heard to `handler`, sixteen at once. */
export function subscribeLossy(
  ports: EventPorts,
  { target, group }: { readonly target: EventTarget } & SubscribeOptions,
  handler: AnyEventHandler,
): Subscription {
  const receiver = new Receiver(ports, target, handler);
  // The library writes a group into the protocol as it is: a line break in it would be a command.
  const options = group === undefined ? {} : { queue: checkedToken(target.name, 'group', group) };
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

class Receiver {
  readonly #ports: EventPorts;
  readonly #target: EventTarget;
  readonly #handler: AnyEventHandler;
  readonly #seen: ReturnType<typeof countEvent>;
  readonly #work = new BoundedWork();

  constructor(ports: EventPorts, target: EventTarget, handler: AnyEventHandler) {
    this.#ports = ports;
    this.#target = target;
    this.#handler = handler;
    this.#seen = countEvent(ports.observers, target.name, 'in');
  }

  take(message: WireMessage): void {
    const { headers, data } = message;
    const checked = validate(this.#target.event.data, decodedEvent(data, headers.get(headerNames.contentType)));
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
}
