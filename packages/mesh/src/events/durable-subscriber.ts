import { badInput, MeshError, validate } from '@seedcore/protocol';
import type { Subscription } from '../transport/transport.ts';
import { MAX_RUNNING } from './bounded-work.ts';
import { type DeadEventReason, deadEvent, type EventError, eventError } from './dead-event.ts';
import { decodedEvent } from './decoded-event.ts';
import type { AnyEventHandler } from './event-handler.ts';
import { countEvent, type EventPorts } from './event-ports.ts';
import type { Handling, KeptEvent, Settlement } from './event-store.ts';
import { checkedToken, type EventTarget } from './event-target.ts';
import { MAX_DELIVERIES, redeliveryDelayMs } from './redelivery.ts';

/** A handler has this long, in ms; what takes longer is a task. */
export const HANDLE_MS = 25_000;

/** Which events, for whom. */
export type DurableSubscribing = { readonly target: EventTarget; readonly group: string };

/** A member of a group, and why it gets nothing at present. */
export type DurableSubscription = Subscription & { trouble(): string | undefined };

/** Hands each kept event of one kind to `handler`, sixteen at once, until the group has handled it or given it up. */
export function subscribeDurable(
  ports: EventPorts,
  { target, group }: DurableSubscribing,
  handler: AnyEventHandler,
): DurableSubscription {
  const { source, kind, name } = target;
  const member = new GroupMember(ports, { target, group: checkedToken(name, 'group', group) }, handler);
  const wanted = { source, kind, group, slots: MAX_RUNNING, handleMs: HANDLE_MS };
  const consumption = ports.store(name).consume(wanted, (event) => member.handle(event));
  return {
    unsubscribe: () => consumption.stop(),
    async drain() {
      consumption.stop();
      await consumption.settled();
    },
    trouble() {
      const why = consumption.trouble();
      return why === undefined ? undefined : `events ${name} for group ${group}: ${why}`;
    },
  };
}

const DONE: Settlement = { action: 'done' };

class GroupMember {
  readonly #ports: EventPorts;
  readonly #target: EventTarget;
  readonly #group: string;
  readonly #handler: AnyEventHandler;
  readonly #seen: ReturnType<typeof countEvent>;

  constructor(ports: EventPorts, { target, group }: DurableSubscribing, handler: AnyEventHandler) {
    this.#ports = ports;
    this.#target = target;
    this.#group = group;
    this.#handler = handler;
    this.#seen = countEvent(ports.observers, target.name, 'in');
  }

  handle(event: KeptEvent): Handling {
    if (event.deliveries > MAX_DELIVERIES) return settledAs(this.#bury(event, 'lost', lostError(event)));
    const checked = validate(this.#target.event.data, decodedEvent(event.body, undefined));
    if (checked.ok) return this.#run(event, checked.value);
    this.#seen('invalid');
    return settledAs(this.#failed(event, 'invalid', badInput(this.#target.name, checked.problems)));
  }

  /** The handler's time starts now; its slot is free when it has returned, however late. */
  #run(event: KeptEvent, data: unknown): Handling {
    const { clock } = this.#ports;
    const over = new AbortController();
    const { promise, resolve } = Promise.withResolvers<Settlement>();
    const timer = clock.after(HANDLE_MS, () => {
      const late = new MeshError('timeout', {
        target: this.#target.name,
        message: `the handler did not end in ${HANDLE_MS} ms`,
      });
      over.abort(late);
      resolve(this.#thrown(event, late));
    });
    const ended = this.#call(event, data, over.signal).then(
      () => {
        if (!over.signal.aborted) this.#seen('ok');
        resolve(DONE);
      },
      (error: unknown) => {
        if (!over.signal.aborted) resolve(this.#thrown(event, error));
      },
    );
    return { settled: promise, ended: ended.finally(() => timer.cancel()) };
  }

  /** A handler that throws before its first await has failed like any other. */
  async #call({ subject, key, id, deliveries, at }: KeptEvent, data: unknown, signal: AbortSignal): Promise<void> {
    await this.#handler(data, { subject, key, id, deliveries, at, signal });
  }

  #thrown(event: KeptEvent, error: unknown): Settlement {
    this.#seen('failed');
    return this.#failed(event, 'handler_failed', error);
  }

  #failed(event: KeptEvent, reason: DeadEventReason, error: unknown): Settlement {
    this.#ports.observers.defect(event.subject, error);
    if (event.deliveries >= MAX_DELIVERIES) return this.#bury(event, reason, eventError(error));
    const wantedMs = error instanceof MeshError ? error.retryAfterMs : undefined;
    const delayMs = redeliveryDelayMs(event.deliveries, this.#ports.random.next(), wantedMs);
    return { action: 'again', delayMs };
  }

  #bury(event: KeptEvent, reason: DeadEventReason, error: EventError): Settlement {
    this.#seen('dead');
    const { instance, clock } = this.#ports;
    const facts = { group: this.#group, instance, reason, error, deliveries: event.deliveries, nowMs: clock.wallMs() };
    return { action: 'bury', letter: deadEvent(this.#target, event, facts) };
  }
}

const settledAs = (settlement: Settlement): Handling => ({
  settled: Promise.resolve(settlement),
  ended: Promise.resolve(),
});

const lostError = ({ deliveries }: KeptEvent): EventError => ({
  code: 'lost',
  message: `delivered ${deliveries - 1} times; whoever had it last did not say what became of it`,
});
