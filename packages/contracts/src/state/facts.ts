import { endpoint, event, id } from '@seedcore/protocol';
import { z } from 'zod';
import { fact, newFact, tag } from '../fact.ts';
import { conflict, contended, corruptRecord, restoring, revision, tooLarge } from './refusals.ts';

const age = z.number().nonnegative();
const share = z.number().min(0).max(1);
/** Place in a ranking, where it is among the 50 best. */
export const rank = z.int().min(1).max(50);
const foundFact = z.strictObject({
  fact: fact.extend({
    vector: z.enum(['pending', 'stored', 'off']).describe('off: a model failed three times to make one of the text'),
  }),
  revision,
  score: share.describe('relevance divided by that of the best hit; 1 where nothing was ranked'),
  ranks: z
    .strictObject({ text: rank.optional(), vector: rank.optional() })
    .describe('place by words and by vector, where it is among the 50 best'),
  score_text: z.number().nonnegative().optional().describe('BM25'),
  score_vector: share.optional().describe('cosine'),
  staleness_s: age.describe('since it was observed'),
  conflict_set: z.array(id).describe('public facts of the same subject and predicate with another object'),
});

/** What a query means, as a model says it. */
export const queryVector = z
  .strictObject({ model: z.string().min(1).max(128), values: z.array(z.number()).min(1).max(4096) })
  .meta({ example: { model: 'hash-384-v1', values: [0.6, 0.8] } });

/** A vector that cannot be compared with those that are kept. */
export const badVector = z.strictObject({
  model: z.string().describe('of the vectors that are kept'),
  dim: z.int().nonnegative().describe('their length'),
});

/** What is held to be true. */
export const factEndpoints = {
  store_fact: endpoint({
    doc: 'Stores a fact; the same text from the same source is the same fact.',
    input: newFact,
    output: z.strictObject({ fact_id: id, revision, deduplicated: z.boolean(), conflict_set: z.array(id) }),
    failures: { conflict, contended, too_large: tooLarge, restoring, corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 15_000,
  }),
  search_facts: endpoint({
    doc: 'Facts by words and meaning, best first, or by ids, subject, predicate and tags, newest first.',
    input: z
      .strictObject({
        query: z.string().min(1).max(1024).optional(),
        query_vector: queryVector.optional().describe('left out: made of the query by ml'),
        mode: z.enum(['hybrid', 'text', 'vector']).default('hybrid'),
        ids: z.array(id).min(1).max(100).optional(),
        subject: z.string().min(1).max(256).optional(),
        predicate: z.string().min(1).max(256).optional(),
        tags: z.array(tag).max(16).default([]).describe('all of them'),
        k: z.int().min(1).max(50).default(10),
        min_trust: share.optional(),
        max_staleness_s: z.number().positive().optional(),
        include_expired: z.boolean().default(false),
      })
      .meta({ example: { query: 'pump vibrates' } }),
    output: z.strictObject({
      facts: z.array(foundFact),
      coverage: z.strictObject({
        index: share.describe('facts this replica can search, of all there are; 0 while it starts'),
        vectors: share.describe(
          'visible facts with a vector of the model of the query; 0 where no vector was searched',
        ),
      }),
    }),
    failures: { bad_vector: badVector },
    idempotent: true,
    deadlineMs: 2000,
    criticality: 'optional',
    degradable: true,
  }),
  delete_fact: endpoint({
    doc: 'Removes a fact.',
    input: z.strictObject({ fact_id: id, expected_revision: revision.optional() }).meta({ example: { fact_id: 'f1' } }),
    output: z.strictObject({ deleted: z.boolean() }),
    failures: { conflict, contended, restoring, corrupt_record: corruptRecord },
    idempotent: true,
    deadlineMs: 15_000,
  }),
};

/** What is told of them. */
export const factEvents = {
  fact_stored: event({
    doc: 'A fact was stored or seen again.',
    kind: 'lossy',
    data: z.strictObject({ fact_id: id, revision, deduplicated: z.boolean() }),
    key: 'fact_id',
  }),
  fact_conflict: event({
    doc: 'A stored fact disagrees with others on the object of the same subject and predicate.',
    kind: 'lossy',
    data: z.strictObject({ fact_id: id, conflict_set: z.array(id) }),
    key: 'fact_id',
  }),
};
