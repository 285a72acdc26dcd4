import { id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { organName } from './organ-record.ts';

/** Name of a worker: part of the names of its agents. */
export const workerName = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,23}$/, 'must be 1 to 23 of A-Z a-z 0-9 _ -')
  .meta({ example: 'ocr-1' });

const jsonSchema = z
  .record(z.string(), z.unknown())
  .meta({ example: { type: 'object' } })
  .describe('JSON Schema');

/** A skill as a worker says it has it. */
export const remoteSkill = z.strictObject({
  name: organName.meta({ example: 'ocr_page' }),
  version: z
    .string()
    .regex(/^\d{1,6}\.\d{1,6}\.\d{1,6}$/, 'must be like 1.2.3')
    .default('1.0.0'),
  doc: z.string().max(400).default(''),
  input: jsonSchema,
  output: jsonSchema,
  idempotent: z.boolean().default(false),
  side_effects: z.boolean().default(false).describe('true: it uses effect, so that it always runs behind a record'),
  timeout_ms: z.int().min(1).max(3_600_000).default(600_000),
  silent_ms: z.int().min(5000).max(600_000).optional(),
  concurrency: z.int().min(1).max(16).default(1).describe('places of this worker'),
});

/** A skill of workers, as it is kept in `<ns>_workers` under `skill.<name>` for a day after the last of them was there. */
export const remoteSkillRecord = remoteSkill.omit({ concurrency: true }).extend({
  organ_id: organName,
  known: z.record(z.string(), z.string()).describe('hash of the schemas of each version that was seen'),
});

/** A worker that is there, as it is kept in `<ns>_workers` under `worker.<name>`. */
export const workerRecord = z.strictObject({
  worker: workerName,
  organ_id: organName,
  host: id.describe('the replica that hears its messages and runs its agents'),
  handle: z.int().nonnegative().optional().describe('left out: the revision of this record'),
  skills: z.array(z.strictObject({ name: organName, concurrency: z.int().min(1).max(16) })).max(16),
  since: time,
});

/** A skill as a worker says it has it. */
export type RemoteSkill = z.output<typeof remoteSkill>;
/** A skill of workers, as it is kept. */
export type RemoteSkillRecord = z.output<typeof remoteSkillRecord>;
/** A worker that is there. */
export type WorkerRecord = z.output<typeof workerRecord>;
