import type { Clock, Random } from '@seedcore/protocol';
import { BrokerStore } from '../open-store.ts';
import { MemoryBroker } from './memory-broker.ts';
import { MemoryJetStream } from './memory-jetstream.ts';

/** A store in memory; `broker` plays the faults of its process. */
export class MemoryStore extends BrokerStore {
  declare readonly broker: MemoryBroker;
  /** What went wrong where nobody waited for an answer. */
  readonly reported: readonly { readonly where: string; readonly error: unknown }[];

  constructor(broker: MemoryBroker) {
    const reported: { where: string; error: unknown }[] = [];
    super(broker, (where, error) => reported.push({ where, error }));
    this.reported = reported;
  }
}

/** Opens a store in memory; give several the same `server` and they are processes at one broker. */
export function memoryStore(ports: {
  readonly clock: Clock;
  readonly random: Random;
  readonly server?: MemoryJetStream;
}): MemoryStore {
  return new MemoryStore(new MemoryBroker(ports.server ?? new MemoryJetStream(ports.clock), ports.random));
}
