import { endpoint, event, failure, id, name } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';
import { routingRules } from '../routing-rules.ts';
import { noRoute, unknownOrgan } from './refusals.ts';

const count = z.int().nonnegative();
const age = z.number().nonnegative();
const epoch = count.describe('grows when rules change, or which organs live; never falls');
const resolvedFrom = z.enum(['preferred', 'domain', 'task', 'default', 'fallback']);

/** As much of a task as a route depends on. */
const routed = z.strictObject({
  type: name,
  domain: name.default('general'),
  requires: z.array(name).max(8).default([]),
});
const instance = id.optional().describe('a host of one of its live agents');
const oneOf = { index: count.optional(), key: z.string().min(1).max(64).optional() };
const itemStatus = z
  .enum(['ok', 'fallback', 'no_active_instance', 'unknown_type', 'error'])
  .describe('fallback: another organ than the rules name; error: the rules cannot be read at present');

/** Revision another writer has made. */
export const revisionConflict = failure(z.strictObject({ revision: count }), { status: 409 });

/** Where tasks go. */
export const routeEndpoints = {
  resolve_route: endpoint({
    doc: 'Which organ a task of this type would go to, through which queue, and why.',
    input: z.strictObject({ task: routed, preferred_logical_id: id.optional() }),
    output: z.strictObject({
      logical_id: organName,
      resolved_from: resolvedFrom,
      queue: organName,
      epoch,
      instance_id: instance,
      alive: z.boolean(),
      age_ms: age.describe('since this replica last compared its rules with the bucket'),
    }),
    failures: { no_route: noRoute },
    idempotent: true,
    deadlineMs: 1000,
    criticality: 'critical',
  }),
  resolve_routes: endpoint({
    doc: 'The same for many tasks at once, by one set of rules.',
    input: z.strictObject({
      tasks: z
        .array(routed.extend({ ...oneOf, preferred_logical_id: id.optional() }))
        .min(1)
        .max(256),
    }),
    output: z.strictObject({
      epoch,
      results: z.array(
        z.strictObject({
          ...oneOf,
          status: itemStatus,
          logical_id: organName.optional(),
          queue: organName.optional(),
          resolved_from: resolvedFrom.optional(),
          instance_id: instance,
          cache_hit: z.boolean().describe('false: the rules had to be read for this'),
          cache_age_ms: age,
        }),
      ),
    }),
    idempotent: true,
    deadlineMs: 1000,
    criticality: 'critical',
  }),
  get_routing_rules: endpoint({
    doc: 'The rules routes follow: within a domain, by type, by kind of work, and who stands in for all.',
    input: z.strictObject({}),
    output: routingRules.extend({ revision: count }),
    idempotent: true,
    deadlineMs: 1000,
  }),
  update_routing_rules: endpoint({
    doc: 'Adds and removes rules, all or none; what holds already changes nothing, whatever the revision.',
    input: z.strictObject({
      add: z
        .array(z.strictObject({ task_type: name, logical_id: organName, domain: name.optional() }))
        .max(100)
        .default([]),
      remove: z
        .array(z.strictObject({ task_type: name, domain: name.optional() }))
        .max(100)
        .default([]),
      if_revision: count.optional(),
      dry_run: z.boolean().default(false).describe('tells what would come of it, and writes nothing'),
      allow_unknown: z.boolean().default(false).describe('rules may name organs that are yet to be'),
    }),
    output: z.strictObject({
      revision: count,
      epoch,
      added: count.describe('new or changed'),
      removed: count,
      unchanged: count,
    }),
    failures: {
      conflict: revisionConflict,
      unknown_organ: unknownOrgan,
      too_many_rules: z.strictObject({ max: count, rules: count }),
    },
    idempotent: true,
    // Ends in a durable write, which may have to wait for a new leader.
    deadlineMs: 15_000,
  }),
  refresh_routing_cache: endpoint({
    doc: 'Has the rules read anew, here or by every replica.',
    input: z.strictObject({ all_replicas: z.boolean().default(true) }),
    output: z.strictObject({
      epoch,
      entries: count.describe('rules'),
      replicas: count.describe('that have read them'),
      partial: z.boolean().describe('true: a replica did not answer'),
    }),
    idempotent: true,
    deadlineMs: 3000,
    criticality: 'optional',
  }),
};

/** What is told of them. */
export const routeEvents = {
  routing_changed: event({
    doc: 'Routes may lead elsewhere than before: rules have changed, or an organ came or went.',
    kind: 'lossy',
    data: z.strictObject({ epoch: count, rules_revision: count, live: z.array(organName) }),
  }),
};
