import { MeshError, type Service, UlidSource } from '@seedcore/protocol';
import type { BrokerFacts, ContextOf, EventData, EventName, EventSent, Published, PublishingOptions } from '../mesh.ts';
import type { Observers } from '../report/observer.ts';
import type { Subscription } from '../transport/transport.ts';
import { type DurableSubscription, subscribeDurable } from './durable-subscriber.ts';
import type { AnyEventHandler, SubscribeOptions } from './event-handler.ts';
import type { EventPorts } from './event-ports.ts';
import type { EventStore } from './event-store.ts';
import { type EventTarget, eventTarget } from './event-target.ts';
import { publishDurable, publishLossy } from './publisher.ts';
import { subscribeLossy } from './subscriber.ts';

/** What the events of a process need of its mesh. */
export type EventsMesh = Pick<EventPorts, 'subjects' | 'transport' | 'clock' | 'random' | 'tracing' | 'instance'> & {
  readonly broker: BrokerFacts | undefined;
};

/** The events of one process: what it tells, and what it listens to until it closes. */
export class Events {
  readonly #mesh: EventsMesh;
  readonly #ports: EventPorts;
  readonly #subscriptions = new Set<Subscription | DurableSubscription>();
  #store: EventStore | undefined;

  constructor(mesh: EventsMesh, observers: Observers) {
    const { subjects, transport, clock, random, tracing, instance } = mesh;
    const ids = new UlidSource(clock, random);
    const store = (event: string) => this.#storeFor(event);
    this.#mesh = mesh;
    this.#ports = { subjects, transport, observers, clock, random, tracing, ids, instance, store };
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

  /** See `Mesh.publish`. */
  publish<S extends Service, K extends EventName<S>>(
    contract: S,
    kind: K,
    data: EventSent<S, K>,
    options?: PublishingOptions<S, K>,
  ): Published<S, K> {
    const event = { contract, kind };
    const durable = eventTarget(contract, kind).event.kind === 'durable';
    const publish = durable ? publishDurable : publishLossy;
    // What comes of it follows from the kind the contract declares, which no type can follow.
    return publish(this.#ports, event, { data, ...options }) as Published<S, K>;
  }

  /** See `Mesh.subscribe`. */
  subscribe<S extends Service, K extends EventName<S>, O extends SubscribeOptions>(
    contract: S,
    kind: K,
    handler: (data: EventData<S, K>, context: ContextOf<S, K, O>) => void | Promise<void>,
    options?: O,
  ): Subscription {
    const take: AnyEventHandler = (data, context) => handler(data as EventData<S, K>, context as ContextOf<S, K, O>);
    const subscription = this.#open(eventTarget(contract, kind), options ?? {}, take);
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
    const { transport, broker } = this.#mesh;
    // While it is down nobody knows what the next broker has.
    if (transport.state === 'up' && broker !== undefined && broker.apiLevel === undefined) {
      const message = `${event} is durable, and the broker has no JetStream to keep it`;
      throw new MeshError('unavailable', { target: event, message, sent: false });
    }
    if (this.#store !== undefined) return this.#store;
    throw new TypeError(`${event} is durable: call mesh.keepEventsIn(openEvents(store)) before it is used`);
  }
}
