import { endpoint, id, name } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';
import { noRoute } from './refusals.ts';

const count = z.int().nonnegative();
const age = z.number().nonnegative();

/** Where tasks go. */
export const routeEndpoints = {
  resolve_route: endpoint({
    doc: 'Which organ a task of this type would go to, through which queue, and why.',
    input: z.strictObject({
      task: z.strictObject({
        type: name,
        domain: name.default('general'),
        requires: z.array(name).max(8).default([]),
      }),
      preferred_logical_id: id.optional(),
    }),
    output: z.strictObject({
      logical_id: organName,
      resolved_from: z.enum(['preferred', 'domain', 'task', 'default', 'fallback']),
      queue: organName,
      epoch: count.describe('grows with every change of organs, agents and hosts'),
      instance_id: id.optional().describe('a host of one of its live agents'),
      alive: z.boolean(),
      age_ms: age.describe('since this replica last compared its view with the bucket'),
    }),
    failures: { no_route: noRoute },
    idempotent: true,
    deadlineMs: 1000,
    criticality: 'critical',
  }),
};
