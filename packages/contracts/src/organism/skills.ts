import { endpoint, event, id, name } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from '../organ-record.ts';
import { unknownOrgan } from './refusals.ts';

const count = z.int().nonnegative();
const ms = z.number().nonnegative();
const word = z.string().max(64);
const jsonSchema = z.record(z.string(), z.unknown()).describe('JSON Schema');

const skillLine = z.strictObject({
  name,
  doc: z.string(),
  version: z.string(),
  organs: z.array(organName),
  input: jsonSchema,
  output: jsonSchema,
  uses: z.array(name).describe('skills it calls'),
  consumes: z.array(word),
  produces: z.array(word),
  effects: z.array(word).describe('what it changes outside of the mesh'),
  side_effects: z.boolean().describe('its own, or of a skill it uses'),
  compensation: name.optional().describe('the skill that undoes it'),
  needs_approval: z
    .boolean()
    .describe('its author wants a person asked first; a plan that uses it has to say so itself'),
  repeatable: z.boolean().describe('the same call again and again is its work'),
  isolation: z.enum(['inline', 'thread', 'process', 'remote']).describe('remote: by workers, whose queue is sk_<name>'),
  idempotent: z.boolean(),
  role: z.enum(['E', 'S', 'O']),
  p50_ms: ms.nullable().describe('of the last 200 runs on this replica; null before the first'),
  p95_ms: ms.nullable(),
  agents: count.describe('idle and busy agents that have it'),
});

/** What organs can do. */
export const skillEndpoints = {
  get_organ_capabilities: endpoint({
    doc: 'Every skill this replica can run, what it takes and gives, and who has it.',
    input: z.strictObject({ organ_id: organName.optional(), skill: name.optional() }),
    output: z.strictObject({
      catalogue_hash: z.string().describe('the same on replicas that have the same skills'),
      skills: z.array(skillLine),
    }),
    failures: { unknown_organ: unknownOrgan },
    idempotent: true,
    deadlineMs: 1000,
  }),
};

/** What is told of skills, and by them. */
export const skillEvents = {
  catalogue_changed: event({
    doc: 'A replica can run other skills than before.',
    kind: 'lossy',
    data: z.strictObject({
      instance: id,
      catalogue_hash: z.string(),
      added: z.array(name),
      changed: z.array(name),
      removed: z.array(name),
    }),
  }),
  emitted: event({
    doc: 'A skill emitted an event in a run that counts; told once, after the run.',
    kind: 'durable',
    data: z.strictObject({
      kind: z.string().regex(/^[a-z][a-z0-9_-]{0,63}$/, 'must be a-z first, then up to 63 of a-z 0-9 _ -'),
      task_id: id,
      skill: name,
      organ_id: organName,
      agent_id: id,
      epoch: count,
      data: z.unknown(),
    }),
    key: 'kind',
  }),
};
