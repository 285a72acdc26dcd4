import { id, name, time } from '@seedcore/protocol';
import { z } from 'zod';
import { requestId } from './belief.ts';
import { tag } from './fact.ts';

const share = z.number().min(0).max(1);
const count = z.int().nonnegative();
const text = z.string().min(1).max(8192);

/** What kind of memory: observation, episode, insight, reflection, narrative, question, answer and so on. */
export const memoryKind = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,32}$/, 'must be 1 to 32 of A-Z a-z 0-9 _ -')
  .meta({ example: 'observation' });

/** How long a memory lives: evicted by worth, kept unchanged for a year, or thirty days in the journal. */
export const memoryTier = z.enum(['long_term', 'flashbulb', 'episode']);

/** Whether a memory has a vector: `off` after three bad ones. */
export const vectorState = z.enum(['stored', 'pending', 'off']);

/** Where a memory comes from. */
const source = z.strictObject({ service: name, task_id: id.optional(), tick_id: id.optional() });

/** What somebody remembers, as it is handed in and as it is kept. */
const said = {
  text,
  data: z.record(z.string().max(256), z.json()).optional(),
  kind: memoryKind,
  tags: z.array(tag).max(16),
  origin: z.enum(['observed', 'derived', 'imported']),
  visibility: z.enum(['private', 'project', 'organ', 'public']),
};

/** A memory as it is kept. */
export const memoryItem = z.strictObject({
  memory_id: id,
  agent_id: id,
  project_id: id.optional().describe("its agent's when it was stored"),
  ...said,
  tier: memoryTier,
  salience: share.nullable(),
  trust: share.nullable(),
  source,
  no_external_egress: z.boolean(),
  represents_bytes: count.describe('what it stands for: itself, or what it replaced'),
  hits: count,
  replaced_by: id.optional(),
  created_at: time,
  updated_at: time,
  expires_at: time.optional(),
});

/** A memory as a caller hands it in. */
export const newMemory = z
  .strictObject({
    ...said,
    tags: said.tags.default([]),
    origin: said.origin.default('observed'),
    visibility: said.visibility.default('private'),
    tier: z.enum(['auto', 'long_term', 'flashbulb']).default('auto').describe('auto: flashbulb from salience 0.7'),
    salience: share.nullable().default(null),
    trust: share.nullable().default(null),
    source: source.optional().describe('left out: the service that stores it'),
    no_external_egress: z.boolean().default(false),
    replaces: z.array(id).max(64).default([]).describe('memories of the same agent this one is made of'),
    ttl_s: z.int().min(1).max(31_536_000).optional(),
    memory_id: id.optional().describe('left out: derived from write_key, else from kind and text'),
    expected_revision: count.optional().describe('with memory_id: write over this revision; 0, or left out, creates'),
    write_key: requestId.optional().describe('the same one again gets the memory it made'),
  })
  .meta({ example: { kind: 'observation', text: 'Pump 3 vibrates above 40 Hz after a cold start', salience: 0.82 } });

/** A memory as it is shown. */
export const shownMemory = memoryItem.extend({
  vector: vectorState,
  revision: count,
  age_ms: z.number().nonnegative().describe('since it was stored'),
});

/** A memory as it is kept. */
export type MemoryItem = z.output<typeof memoryItem>;
/** A memory as a caller hands it in, with defaults filled in. */
export type NewMemory = z.output<typeof newMemory>;
/** A memory as it is shown. */
export type ShownMemory = z.output<typeof shownMemory>;
/** How long a memory lives. */
export type MemoryTier = z.output<typeof memoryTier>;
