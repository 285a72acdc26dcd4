import { MeshError } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { beginBuiltIn, playBuiltIn } from '../../testing/play-built-in.ts';

const knows =
  (...texts: string[]) =>
  () => ({
    ok: true,
    value: { facts: texts.map((text, i) => ({ fact: { fact_id: `f${i}`, text }, score: 1 })) },
  });

test('arithmetic and dates are computed, and nobody is asked', async () => {
  const { end, host } = beginBuiltIn('general_query', { question: 'What is 6 * 7?' });
  expect(await end).toEqual({ end: 'ok', output: { answer: '42', citations: [], method: 'computed' } });
  const now = await playBuiltIn('general_query', { question: 'what is the date today?' });
  expect(now).toMatchObject({ output: { answer: '2026-11-22' } });
  expect(host.requests).toEqual([]);
});

test('else facts are quoted, and the answer says that no model has read them', async () => {
  const { end, host } = beginBuiltIn(
    'general_query',
    { question: 'Which pump vibrates above 40 Hz?', k: 3 },
    knows('Birds fly.', 'Pump 3 vibrates above 40 Hz. It is old.'),
  );
  expect(await end).toEqual({
    end: 'ok',
    degraded: 'no_model',
    output: {
      answer: 'Pump 3 vibrates above 40 Hz.',
      citations: [{ ref: 'f1', quote: 'Pump 3 vibrates above 40 Hz.' }],
      method: 'extractive',
    },
  });
  expect(host.requests).toEqual([
    { op: 'call', service: 'state', endpoint: 'search_facts', input: { query: 'pump vibrates above 40 hz', k: 3 } },
  ]);
});

test('what nothing speaks of is null, never a guess', async () => {
  const end = await playBuiltIn(
    'general_query',
    { question: 'What is the capital of Peru?' },
    knows('The capital is tied up.'),
  );
  expect(end).toMatchObject({ end: 'ok', output: { answer: null, citations: [] } });
});

test('organism.A19: with state away arithmetic is right all the same, and a question of facts is tried again', async () => {
  const away = () => Promise.reject(new MeshError('no_responder', { target: 'state.search_facts' }));
  expect(await playBuiltIn('general_query', { question: '1+1' }, away)).toMatchObject({ output: { answer: '2' } });
  const end = await playBuiltIn('general_query', { question: 'Which pump is loud?' }, away);
  expect(end).toMatchObject({ end: 'defect', code: 'no_responder', retryable: true });
});
