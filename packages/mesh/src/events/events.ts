import { MeshError } from '@seedcore/protocol';
import type { Subscription } from '../transport/transport.ts';
import { type DurableSubscription, subscribeDurable } from './durable-subscriber.ts';
import type { AnyEventHandler, SubscribeOptions } from './event-handler.ts';
import type { EventOf, EventPorts } from './event-ports.ts';
import type { EventStore } from './event-store.ts';
import { type EventTarget, eventTarget } from './event-target.ts';
import { type EventReceipt, type Publication, publishDurable, publishLossy } from './publisher.ts';
import { subscribeLossy } from './subscriber.ts';

/** What the events of a process are told with, and why durable ones cannot be kept, if they cannot. */
export type EventsParts = Omit<EventPorts, 'store'> & { readonly jetStreamMissing: () => boolean };

/** The events of one process: what it tells, and what it listens to until it closes. */
export class Events {
  readonly #ports: EventPorts;
  readonly #jetStreamMissing: () => boolean;
  readonly #subscriptions = new Set<Subscription | DurableSubscription>();
  #store: EventStore | undefined;

  constructor({ jetStreamMissing, ...ports }: EventsParts) {
    this.#jetStreamMissing = jetStreamMissing;
    this.#ports = { ...ports, store: (event) => this.#storeFor(event) };
  }

  /** Where durable events are kept from now on. @throws TypeError when another place was named before */
  keepIn(store: EventStore): void {
    if (this.#store !== undefined && this.#store !== store)
      throw new TypeError('this mesh keeps its durable events in another place already');
    this.#store = store;
  }

  /** True once durable events can be kept. */
  get keeps(): boolean {
    return this.#store !== undefined;
  }

  /** See `publishLossy` and `publishDurable`. */
  publish(event: EventOf, publication: Publication): boolean | Promise<EventReceipt> {
    const { event: declared } = eventTarget(event.contract, event.kind);
    if (declared.kind === 'durable') return publishDurable(this.#ports, event, publication);
    return publishLossy(this.#ports, event, publication);
  }

  /** Hands every valid event to `handler` until the subscription ends. */
  subscribe(event: EventOf & SubscribeOptions, handler: AnyEventHandler): Subscription {
    const subscription = this.#open(eventTarget(event.contract, event.kind), event, handler);
    this.#subscriptions.add(subscription);
    const forget = () => this.#subscriptions.delete(subscription);
    return {
      drain: () => subscription.drain().finally(forget),
      unsubscribe: () => {
        subscription.unsubscribe();
        forget();
      },
    };
  }

  /** Which durable events do not come at present, and why. */
  troubles(): readonly string[] {
    return [...this.#subscriptions].flatMap((one) => ('trouble' in one ? (one.trouble() ?? []) : []));
  }

  /** Takes nothing new; resolves when everything received has been handled. */
  async drain(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((one) => one.drain()));
  }

  #open(target: EventTarget, { group }: SubscribeOptions, handler: AnyEventHandler) {
    if (target.event.kind === 'durable' && group !== undefined)
      return subscribeDurable(this.#ports, { target, group }, handler);
    return subscribeLossy(this.#ports, { target, group }, handler);
  }

  #storeFor(event: string): EventStore {
    if (this.#jetStreamMissing()) {
      const message = `${event} is durable, and the broker has no JetStream to keep it`;
      throw new MeshError('unavailable', { target: event, message, sent: false });
    }
    if (this.#store !== undefined) return this.#store;
    throw new TypeError(`${event} is durable: call mesh.keepEventsIn(openEvents(store)) before it is used`);
  }
}
