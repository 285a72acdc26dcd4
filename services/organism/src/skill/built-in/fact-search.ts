import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';

const tag = z.string().regex(/^[A-Za-z0-9_:.-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ : . -');

/** Finds facts in state by their words. */
export const factSearch = defineSkill({
  name: 'fact_search',
  version: '1.0.0',
  doc: 'Facts in state that match a query, best first.',
  input: z.strictObject({
    query: z.string().min(1).max(500),
    k: z.int().min(1).max(50).default(10),
    tags: z.array(tag).max(16).default([]),
    min_score: z.number().min(0).max(1).default(0),
  }),
  output: z.strictObject({
    facts: z.array(
      z.strictObject({
        id: z.string(),
        text: z.string(),
        score: z.number(),
        source: z.string(),
        at: z.string(),
        trust: z.number().nullable(),
      }),
    ),
  }),
  idempotent: true,
  isolation: 'inline',
  role: 'E',
  limits: { timeoutMs: 30_000 },
  calls: ['state.search_facts'],
  async run({ query, k, tags, min_score }, context) {
    const reply = await context.services.state.search_facts({ query, k, tags });
    if (!reply.ok) throw new Error(`state.search_facts: ${reply.failure.code}`);
    const hits = reply.value.facts.filter(({ score }) => score >= min_score);
    return {
      facts: hits.map(({ fact, score }) => ({
        id: fact.fact_id,
        text: fact.text,
        score,
        source: fact.source,
        at: fact.observed_at,
        trust: fact.trust,
      })),
    };
  },
});
