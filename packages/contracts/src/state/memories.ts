import { endpoint, event, failure, id, time } from '@seedcore/protocol';
import { z } from 'zod';
import { tag } from '../fact.ts';
import { memoryKind, memoryTier, newMemory, shownMemory, vectorState } from '../memory.ts';
import { badVector, queryVector, rank } from './facts.ts';
import { conflict, contended, corruptRecord, restoring, revision, tooLarge } from './refusals.ts';

const count = z.int().nonnegative();
const share = z.number().min(0).max(1);
const age = z.number().nonnegative();
const unknownMemory = failure(z.strictObject({ id }), { status: 404 });
const immutable = failure(z.strictObject({ memory_id: id }), { status: 409 });

const stored = z.strictObject({
  memory_id: id,
  revision,
  tier: memoryTier,
  vector: vectorState,
  duplicate_of: id.optional().describe('the memory that says the same already; nothing was added'),
});
const circle = z.enum(['own', 'project', 'organ', 'public']);
const hit = z.strictObject({
  item: shownMemory,
  score: share.describe('relevance divided by that of the most relevant memory'),
  rank_text: rank.optional(),
  rank_vector: rank.optional(),
  score_text: z.number().nonnegative().optional().describe('BM25'),
  score_vector: share.optional().describe('cosine'),
});
const tierFigures = z.strictObject({
  tier: memoryTier,
  items: count,
  bytes_represented: count,
  bytes_kept: count,
  hits: count.describe('written in the items, and counted by this replica since'),
  evicted: count.describe('by this replica, since'),
  oldest: time.nullable(),
});

/** What agents remember for long. */
export const memoryEndpoints = {
  store_memory: endpoint({
    doc: 'Stores memories of an agent, all of them or none; a repeat with the same write_key stores nothing twice.',
    input: z.strictObject({ agent_id: id, items: z.array(newMemory).min(1).max(20) }),
    output: z.strictObject({ stored: z.array(stored) }),
    failures: {
      conflict,
      contended,
      immutable,
      too_large: tooLarge,
      unknown_memory: unknownMemory,
      restoring,
      corrupt_record: corruptRecord,
    },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  retrieve_memory: endpoint({
    doc: 'Memories by id, of those the reader may see; without ids its own, newest first.',
    input: z
      .strictObject({
        agent_id: id.describe('the reader'),
        memory_ids: z.array(id).min(1).max(100).optional(),
        kind: memoryKind.optional(),
        tier: memoryTier.optional(),
        tags: z.array(tag).max(16).default([]).describe('all of them'),
        since: time.optional(),
        until: time.optional(),
        min_salience: share.optional(),
        limit: z.int().min(1).max(100).default(20),
        cursor: z.string().max(128).optional(),
      })
      .meta({ example: { agent_id: 'a1', kind: 'observation' } }),
    output: z.strictObject({
      items: z.array(shownMemory),
      missing: z.array(id).describe('ids that are unknown here, or of memories the reader may not see'),
      cursor: z.string().optional(),
      completeness: share.describe('memories this replica can show, of all there are; 0 while it starts'),
      age_ms: age.nullable().describe('since this replica last compared its picture; null before the first time'),
    }),
    failures: { corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 2000,
  }),
  search_memory: endpoint({
    doc: 'Memories by words and meaning, best first and unlike each other, of those the reader may see.',
    input: z
      .strictObject({
        agent_id: id.describe('the reader'),
        query: z.string().min(1).max(1024),
        query_vector: queryVector.optional().describe('left out: made of the query by ml'),
        k: z.int().min(1).max(50).default(10),
        mode: z.enum(['hybrid', 'text', 'vector']).default('hybrid'),
        include: z.array(circle).min(1).max(4).default(['own', 'public']),
        kinds: z.array(memoryKind).max(16).default([]).describe('any of them; none: all'),
        tiers: z.array(memoryTier).max(3).default([]).describe('any of them; none: all'),
        tags: z.array(tag).max(16).default([]).describe('all of them'),
        since: time.optional(),
        mmr_lambda: share.default(0.7).describe('1: plain order; 0: nothing but unlike better hits'),
        recency_half_life_s: z.number().positive().max(3_153_600_000).optional(),
      })
      .meta({ example: { agent_id: 'a1', query: 'pump cold start' } }),
    output: z.strictObject({
      hits: z.array(hit),
      coverage: z.strictObject({
        index: share.describe('memories this replica can search, of all there are; 0 while it starts'),
        vectors: share.describe(
          'memories the reader may see with a vector of the model of the query; 0 where no vector was searched',
        ),
      }),
      age_ms: age.nullable().describe('since this replica last compared its picture; null before the first time'),
    }),
    failures: { bad_vector: badVector },
    idempotent: true,
    deadlineMs: 2000,
    criticality: 'optional',
    degradable: true,
  }),
  delete_memory: endpoint({
    doc: 'Removes a memory of an agent; a flashbulb only by force.',
    input: z.strictObject({ agent_id: id, memory_id: id, force: z.boolean().default(false) }),
    output: z.strictObject({ deleted: z.boolean() }),
    failures: { immutable, contended, restoring, corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  get_memory_stats: endpoint({
    doc: 'How much is remembered, of one agent or of all, and how far it is compressed.',
    input: z.strictObject({ agent_id: id.optional() }),
    output: z.strictObject({
      tiers: z.array(tierFigures),
      misses: count.describe('ids asked of this replica, since, that it did not find'),
      p_compress: share.nullable().describe('share of the bytes represented that only a synthesis holds'),
      r_effective: z.number().min(1).nullable().describe('bytes represented by bytes kept'),
      since: time,
      completeness: share,
    }),
    idempotent: true,
    deadlineMs: 2000,
    criticality: 'optional',
  }),
};

/** What is told of them. */
export const memoryEvents = {
  memory_stored: event({
    doc: 'A memory was stored or written anew.',
    kind: 'lossy',
    data: z.strictObject({ agent_id: id, memory_id: id, revision, tier: memoryTier, kind: memoryKind }),
    key: 'agent_id',
  }),
  flashbulb: event({
    doc: 'A memory was stored that is kept unchanged for a year.',
    kind: 'lossy',
    data: z.strictObject({ agent_id: id, memory_id: id, kind: memoryKind, salience: share }),
    key: 'agent_id',
  }),
  memory_replaced: event({
    doc: 'A memory took the place of those it is made of.',
    kind: 'lossy',
    data: z.strictObject({ agent_id: id, memory_id: id, replaces: z.array(id) }),
    key: 'agent_id',
  }),
  memory_evicted: event({
    doc: 'Memories of least worth made room.',
    kind: 'lossy',
    data: z.strictObject({ agent_id: id, memory_ids: z.array(id) }),
    key: 'agent_id',
  }),
};
