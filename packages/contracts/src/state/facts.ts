import { endpoint, event, id } from '@seedcore/protocol';
import { z } from 'zod';
import { fact, newFact, tag } from '../fact.ts';
import { conflict, contended, corruptRecord, restoring, revision, tooLarge } from './refusals.ts';

const age = z.number().nonnegative();
const share = z.number().min(0).max(1);
const foundFact = z.strictObject({
  fact,
  revision,
  score: share.describe('relevance divided by that of the best hit; 1 for a read by id or field'),
  rank: z.int().min(1),
  score_text: z.number().nonnegative().optional().describe('the BM25 score itself'),
  staleness_s: age.describe('since it was observed'),
  conflict_set: z.array(id).describe('facts of the same subject and predicate with another object'),
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
    doc: 'Facts by words (BM25), or by ids, subject, predicate and tags, newest first.',
    input: z
      .strictObject({
        query: z.string().min(1).max(1024).optional(),
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
      }),
    }),
    idempotent: true,
    deadlineMs: 2000,
    criticality: 'optional',
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
