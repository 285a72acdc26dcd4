import { type Fact, state } from '@seedcore/contracts';
import { MemoryBus, memoryMesh } from '@seedcore/mesh/testing';
import { type Call, type Handlers, type Input, implement, newTrace, OpenCall, ok } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { startService } from '@seedcore/runtime/testing';
import { standIn } from '@seedcore/testkit';
import { expect, test } from 'vitest';
import { MeshIncidents } from './mesh-incidents.ts';

type Search = Input<typeof state.endpoints.search_facts>;

const fact: Fact = {
  fact_id: 'f1',
  text: 'pump 3 timed out',
  tags: ['incident'],
  source: 'test',
  trust: null,
  visibility: 'public',
  no_external_egress: false,
  observed_at: '2026-11-21T00:00:00Z',
  created_at: '2026-11-21T00:00:00Z',
  updated_at: '2026-11-21T00:00:00Z',
};

function bench() {
  const clock = new VirtualClock();
  const random = new SeededRandom(1);
  const bus = new MemoryBus({ clock, random });
  const mesh = memoryMesh({ clock, random, bus, ns: 'test', service: 'cognitive' });
  const seed = { id: 'c', target: 'cognitive.x', deadlineAt: 20_000, trace: newTrace(random), chain: [], attempt: 1 };
  const call: Call = new OpenCall({ ...seed, criticality: 'important' }, { clock, random });
  return { clock, bus, call, incidents: new MeshIncidents(mesh) };
}

/** A state that only searches. */
function searching(asked: Search[]): Handlers<typeof state> {
  return standIn(state, {
    search_facts: (input) => {
      asked.push(input);
      const shown = { ...fact, vector: 'pending' as const };
      const found = { fact: shown, revision: 1, score: 1, ranks: { text: 1 }, staleness_s: 0, conflict_set: [] };
      return ok({ facts: [found], coverage: { index: 1, vectors: 0 } });
    },
  });
}

test('state is asked for the newest incidents and for those with the same words', async () => {
  const { clock, bus, call, incidents } = bench();
  const asked: Search[] = [];
  startService(implement(state, searching(asked)), { clock, bus });
  const { fact_id, text, tags, trust, observed_at } = fact;
  const known = { fact_id, text, tags, trust, observed_at };
  expect(await incidents.find('x'.repeat(500), 20, call)).toEqual([known, known]);
  expect(asked).toMatchObject([
    { query: 'x'.repeat(400), tags: ['incident'], k: 20 },
    { tags: ['incident'], k: 50 },
  ]);
  expect(incidents.missing()).toEqual([]);
});

test('nobody answers: undefined within 1.5 s, and state is missing until it answers', async () => {
  const { clock, bus, call, incidents } = bench();
  const found = incidents.find('x', 20, call);
  await clock.advance(1500);
  expect(await found).toBeUndefined();
  expect(incidents.missing()).toMatchObject([{ name: 'state' }]);
  startService(implement(state, searching([])), { clock, bus });
  await clock.advance(10_000);
  expect(await incidents.find('x', 20, call)).toHaveLength(2);
  expect(incidents.missing()).toEqual([]);
});
