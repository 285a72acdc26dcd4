import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';

const tag = z.string().regex(/^[A-Za-z0-9_:.-]{1,64}$/, 'must be 1 to 64 of A-Z a-z 0-9 _ : . -');

/** Tells state a fact; the same text from the same source is the same fact, so a repeat stores nothing new. */
export const factStore = defineSkill({
  name: 'fact_store',
  version: '1.0.0',
  doc: 'Stores a fact in state, once per task.',
  input: z.strictObject({
    text: z.string().min(1).max(4000),
    tags: z.array(tag).max(16).default([]),
    source: z.string().min(1).max(128).default('organism'),
    ttl_s: z.int().min(60).max(31_536_000).optional().describe('the fact is hidden after so many seconds'),
  }),
  output: z.strictObject({ fact_id: z.string(), duplicate_of: z.string().optional() }),
  failures: { too_large: z.strictObject({ limit: z.int(), got: z.int() }) },
  idempotent: true,
  isolation: 'inline',
  role: 'S',
  limits: { timeoutMs: 30_000 },
  calls: ['state.store_fact'],
  async run({ text, tags, source, ttl_s }, context) {
    const valid_until =
      ttl_s === undefined ? {} : { valid_until: new Date(context.now() + ttl_s * 1000).toISOString() };
    const stored = await context.step('store', async () => {
      const reply = await context.services.state.store_fact({ text, tags, source, ...valid_until });
      if (reply.ok) return reply.value;
      if (reply.failure.code === 'too_large') return context.fail('too_large', reply.failure.details);
      throw new Error(`state.store_fact: ${reply.failure.code}`);
    });
    return stored.deduplicated
      ? { fact_id: stored.fact_id, duplicate_of: stored.fact_id }
      : { fact_id: stored.fact_id };
  },
});
