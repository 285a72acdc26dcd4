import { endpoint, event, id, name } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';
import { page } from './page.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const age = z.number().nonnegative();

/** What an agent is doing: busy and idle from its beats, suspect when they stopped, gone when nobody holds it. */
export const presence = z.enum(['idle', 'busy', 'suspect', 'gone']);

const agentLine = z.strictObject({
  agent_id: id,
  organ_id: organName,
  epoch: count.describe('grows with every change of host'),
  host: id.nullable(),
  kind: z.literal('thread'),
  specialty: name.nullable(),
  skills: z.array(name),
  presence,
  capability: z.strictObject({ value: share, n: count }).nullable().describe('null: not known here'),
  load: share.nullable(),
  progress: share.nullable(),
  age_ms: age.nullable().describe('since its last beat; null when none was heard'),
});

/** Agents as they live now. */
export const agentEndpoints = {
  list_agents: endpoint({
    doc: 'Agents as they live now, in id order; what they remember is in state.',
    input: z.strictObject({
      organ_id: organName.optional(),
      presence: presence.optional(),
      skill: name.optional(),
      ...page,
    }),
    output: z.strictObject({
      agents: z.array(agentLine),
      counts: z.record(presence, count),
      next_cursor: id.optional(),
    }),
    idempotent: true,
    deadlineMs: 1000,
    criticality: 'optional',
  }),
};

/** What is told of them. */
export const agentEvents = {
  agent_attached: event({
    doc: 'An agent has a host: created, or taken over from one that let it go or fell silent.',
    kind: 'lossy',
    data: z.strictObject({ agent_id: id, organ_id: organName, host: id, epoch: count, was: id.optional() }),
    key: 'agent_id',
  }),
};
