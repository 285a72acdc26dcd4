import type { Delivery } from '../broker/delivery.ts';
import type { Fates } from './fates.ts';
import type { Handed, MemoryConsumer } from './memory-consumer.ts';

/** The connection of a process that was handed a message: what it answers may be lost, or be its last word. */
export type MemoryLink = {
  readonly state: () => 'up' | 'down' | 'dead';
  readonly fate: Fates;
  readonly die: () => void;
};

/** A message as a process holds it until it has answered. */
export function memoryDelivery(consumer: MemoryConsumer, { message, deliveries }: Handed, link: MemoryLink): Delivery {
  const { subject, seq, at, body, header } = message;
  const answer = (what: 'ack' | 'nak', act: () => void) => {
    if (link.state() !== 'up') return;
    const fate = link.fate(what, subject);
    if (fate !== 'die' && fate !== 'lose_request') act();
    if (fate === 'die' || fate === 'die_after') link.die();
  };
  return {
    ...{ subject, seq, at, deliveries, body, header },
    ack: () => answer('ack', () => consumer.settle(seq)),
    nak: (delayMs) => answer('nak', () => consumer.again(seq, delayMs)),
    term: () => answer('ack', () => consumer.settle(seq)),
    working: async () => {
      if (link.state() === 'dead') return new Promise<never>(() => undefined);
      const isUp = link.state() === 'up';
      if (isUp) consumer.extend(seq);
      return isUp;
    },
  };
}
