import { z } from 'zod';
import { bestSentences, topicOf } from '../../domain/best-sentences.ts';
import { computedAnswer } from '../../domain/computed-answer.ts';
import { defineSkill } from '../define-skill.ts';

/** Answers what can be computed, or quotes what state knows; says nothing rather than guess. */
export const generalQuery = defineSkill({
  name: 'general_query',
  version: '1.0.0',
  doc: 'Answers in words: time, dates and arithmetic are computed; else facts that speak of it are quoted; null when there are none.',
  input: z.strictObject({
    question: z.string().min(1).max(2000),
    k: z.int().min(1).max(50).default(8).describe('facts that are read'),
  }),
  output: z.strictObject({
    answer: z.string().nullable().describe('null: nothing was found, and nothing is guessed'),
    citations: z.array(z.strictObject({ ref: z.string().describe('id of a fact'), quote: z.string() })),
    method: z.enum(['computed', 'extractive']),
  }),
  idempotent: true,
  isolation: 'inline',
  role: 'E',
  limits: { timeoutMs: 30_000 },
  consumes: ['question'],
  produces: ['answer'],
  calls: ['state.search_facts'],
  async run({ question, k }, context) {
    const computed = computedAnswer(question, context.now());
    if (computed !== undefined) return { answer: computed, citations: [], method: 'computed' as const };
    const topic = topicOf(question);
    if (topic.length === 0) return { answer: null, citations: [], method: 'extractive' as const };
    const reply = await context.services.state.search_facts({ query: topic.join(' ').slice(0, 500), k });
    if (!reply.ok) throw new Error(`state.search_facts: ${reply.failure.code}`);
    const sources = reply.value.facts.map(({ fact }) => ({ ref: fact.fact_id, text: fact.text }));
    const quotes = bestSentences(question, sources);
    context.degrade('no_model');
    return {
      answer: quotes.length === 0 ? null : quotes.map(({ quote }) => quote).join(' '),
      citations: quotes.map((quote) => ({ ...quote })),
      method: 'extractive' as const,
    };
  },
});
