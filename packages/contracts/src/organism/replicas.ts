import { event, id, name } from '@seedcore/protocol';
import { z } from 'zod';

const json = z.record(z.string(), z.unknown());

/** How replicas ask each other: a service is in a chain of calls once, and an event begins a new one. */
export const replicaEvents = {
  replica_asked: event({
    doc: 'One replica of organism asks the others for their part of an answer.',
    kind: 'lossy',
    data: z.strictObject({ ask_id: id, by: id, part: name, left_ms: z.number().nonnegative(), input: json }),
  }),
  replica_told: event({
    doc: 'The part of one replica of an answer another one is asked for.',
    kind: 'lossy',
    data: z.strictObject({ ask_id: id, instance: id, value: json }),
  }),
};
