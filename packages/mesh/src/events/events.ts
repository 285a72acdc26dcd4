import type { Service } from '@seedcore/protocol';
import type { Subscription } from '../transport/transport.ts';
import { type EventPorts, type Publication, publishEvent } from './publisher.ts';
import { type AnyEventHandler, type SubscribeOptions, subscribeEvent } from './subscriber.ts';

/** Which event of which contract. */
export type EventOf = { readonly contract: Service; readonly kind: string };

/** The events of one process: what it tells, and what it listens to until it closes. */
export class Events {
  readonly #ports: EventPorts;
  readonly #subscriptions = new Set<Subscription>();

  constructor(ports: EventPorts) {
    this.#ports = ports;
  }

  /** See `publishEvent`. */
  publish(event: EventOf, publication: Publication): boolean {
    return publishEvent(this.#ports, event, publication);
  }

  /** Hands every valid event to `handler` until the subscription ends. */
  subscribe(event: EventOf & SubscribeOptions, handler: AnyEventHandler): Subscription {
    const subscription = subscribeEvent(this.#ports, event, handler);
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

  /** Takes nothing new; resolves when everything received has been handled. */
  async drain(): Promise<void> {
    await Promise.all([...this.#subscriptions].map((one) => one.drain()));
  }
}
