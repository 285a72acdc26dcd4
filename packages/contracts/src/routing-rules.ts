import { name } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from './organ-record.ts';

/** What kind of work a type is; each kind has an organ that takes it where no rule says otherwise. */
export const workCategory = z.enum(['cognitive', 'actuator', 'utility']);

/** Where tasks go, as it is kept in `<ns>_rules` under `routing`. */
export const routingRules = z.strictObject({
  rules_by_task: z.record(name, organName).describe('organ of a type'),
  rules_by_domain: z.record(name, z.record(name, organName)).describe('organ of a type within a domain, by domain'),
  category_defaults: z.record(workCategory, organName),
  fallback: organName,
});

/**
 * What routes depend on, as it is kept in `<ns>_rules` under `routing_epoch`; the revision of the record is the epoch,
 * and the record is written anew only when one of the two is another one.
 */
export const routingState = z.strictObject({
  rules_revision: z.int().nonnegative(),
  live: z.array(organName).max(1000).describe('organs with at least one agent that is heard, in order'),
});

/** What kind of work a type is. */
export type WorkCategory = z.output<typeof workCategory>;
/** Where tasks go. */
export type RoutingRules = z.output<typeof routingRules>;
/** What routes depend on. */
export type RoutingState = z.output<typeof routingState>;
