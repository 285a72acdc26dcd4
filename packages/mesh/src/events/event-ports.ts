import type { Clock, Random, Service, Subjects, UlidSource } from '@seedcore/protocol';
import type { EventSeen, Observers } from '../report/observer.ts';
import type { Tracing } from '../trace/tracing.ts';
import type { Transport } from '../transport/transport.ts';
import type { EventStore } from './event-store.ts';

/** What events pass through. */
export type EventPorts = {
  readonly subjects: Subjects;
  readonly transport: Transport;
  readonly observers: Observers;
  readonly clock: Clock;
  readonly random: Random;
  readonly tracing: Tracing;
  readonly ids: UlidSource;
  /** Name of this process, for letters about what it gave up. */
  readonly instance: string;
  /** Where durable events are kept. @throws TypeError while nobody said; MeshError `unavailable` without JetStream */
  readonly store: (event: string) => EventStore;
};

/** Which event of which contract. */
export type EventOf = { readonly contract: Service; readonly kind: string };

/** Counts what became of an event. */
export function countEvent(observers: Observers, event: string, direction: EventSeen['direction']) {
  return (outcome: EventSeen['outcome']): void => observers.event({ event, direction, outcome });
}
