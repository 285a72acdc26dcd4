import { expect, test } from 'vitest';
import { bed, replica } from './testing/started-state.ts';

test('state.A17: while memory is short nothing more becomes searchable, and both health and coverage say so; afterwards it does', async () => {
  const on = bed();
  let isShort = true;
  const service = await replica(on, 10, { isShortOfMemory: () => isShort });
  const stored = await service.store_memory({ agent_id: 'a1', items: [{ text: 'red pump', kind: 'observation' }] });
  expect(stored).toMatchObject({ ok: true });
  await service.store_fact({ text: 'the red valve leaks', source: 'inspection' });
  const found = async () => {
    const memories = await service.search_memory({ agent_id: 'a1', query: 'red', mode: 'text' });
    const facts = await service.search_facts({ query: 'red', mode: 'text' });
    if (!memories.ok || !facts.ok) throw new Error('no answer');
    const { hits, coverage } = memories.value;
    return [hits.length, coverage.index, facts.value.facts.length, facts.value.coverage.index];
  };
  expect(await found()).toEqual([0, 0, 0, 0]);
  expect(service.running.degradedBy?.()).toContain('memory_pressure');
  isShort = false;
  await service.store_fact({ text: 'the blue valve holds', source: 'inspection' });
  await on.clock.advance(60_000);
  expect(await found()).toEqual([1, 1, 1, 1]);
  expect(service.running.degradedBy?.()).not.toContain('memory_pressure');
});
