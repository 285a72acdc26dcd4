import type { EvolutionRecord, OrganRecord } from '@seedcore/contracts';
import { OpenCall } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { Roster } from '../domain/roster.ts';
import { type BeginPorts, type BeginWish, beginEvolution } from './begin-evolution.ts';
import { EvolutionBook } from './evolution-book.ts';
import type { Energies } from './evolution-ports.ts';

const NOW = '2026-11-22T00:00:00.000Z';
const clock = new VirtualClock();
const random = new SeededRandom(1);
const trace = { traceId: '0'.repeat(32), spanId: '0'.repeat(16), sampled: false };

function openCall() {
  const seed = { id: 'c', target: 'organism.evolve', deadlineAt: clock.now() + 1000, chain: [], attempt: 1 };
  return new OpenCall({ ...seed, trace, criticality: 'optional' }, { clock, random });
}

const organ = (organ_id: string): OrganRecord => ({
  ...{ organ_id, kind: 'custom', state: 'ready', desired: 2, max_agents: 10, skills: ['wait'], specialty: null },
  ...{ role_prior: { e: 1, s: 0, o: 0 }, created_at: NOW },
});

function world(energies: Partial<Energies> = {}, limits: Partial<BeginPorts['evolveLimits']> = {}) {
  const roster = new Roster();
  for (const id of ['a', 'rest']) {
    roster.apply({ kind: 'organ', id, value: organ(id), rev: 1 });
    for (const agent_id of [`${id}_agent_0`, `${id}_agent_1`]) {
      const value = {
        agent_id,
        organ_id: id,
        host: null,
        presence: 'gone' as const,
        skills: ['wait'],
        specialty: null,
      };
      roster.apply({ kind: 'agent', id: agent_id, value: { ...value, created_at: NOW, held_since: NOW }, rev: 2 });
    }
  }
  const written: EvolutionRecord[] = [];
  const asked: { before: readonly string[]; after: readonly string[] }[] = [];
  const ports: BeginPorts = {
    ...{ roster, clock, random, book: new EvolutionBook() },
    fallback: async () => 'rest',
    evolveLimits: { maxCost: 1_000_000, minRoi: 0.2, ...limits },
    energies: {
      mode: async () => 'NORMAL',
      look: async () => undefined,
      measured: async () => null,
      compare: async (living) => {
        asked.push(living);
        return { E_before: -0.1, delta_E: -0.002 };
      },
      ...energies,
    },
    evolutions: {
      begin: async (record) => {
        written.push(record);
        return {};
      },
      read: async () => undefined,
      change: async () => false,
      watch: async () => undefined,
    },
  };
  const begin = async (wish: Partial<BeginWish> = {}) => {
    const call = openCall();
    try {
      return await beginEvolution({ ...usual, ...wish }, ports, call);
    } finally {
      call.end();
    }
  };
  return { begin, written, asked, ports };
}

const usual: BeginWish = {
  ...{ op: 'split', organ_id: 'a', params: { k: 2, move_fraction: 0.5, src_organs: [] } },
  ...{ dry_run: false, force: false, settle_ms: 0, measure_ms: 10_000, keep_if_unmeasured: false },
};

test('organism.A20: what pays is written down with what it promises', async () => {
  const { begin, written } = world();
  expect(await begin()).toMatchObject({ is: 'begun' });
  expect(written).toMatchObject([
    { lead: 'a', organs: ['a', 'a_2'], state: 'applying', delta_E_est: -0.002, cost: 1000 },
  ]);
  expect(written[0]?.roi_est).toBeCloseTo(0.2, 9);
});

test('organism.A20: what does not pay is refused, and begun when it is forced', async () => {
  const { begin, written } = world({ compare: async () => ({ E_before: 0, delta_E: -0.0019 }) });
  expect(await begin()).toMatchObject({ is: 'unprofitable', min: 0.2, roi_est: expect.closeTo(0.19, 9) });
  expect(written).toHaveLength(0);
  expect(await begin({ force: true })).toMatchObject({ is: 'begun' });
});

test('a dry run writes nothing', async () => {
  const { begin, written } = world();
  expect(await begin({ dry_run: true })).toMatchObject({ is: 'planned' });
  expect(written).toHaveLength(0);
});

test('organism.A20: an organ that is in another evolution is refused', async () => {
  const { begin, ports } = world();
  await begin({ op: 'clone', force: true });
  expect(await begin()).toMatchObject({ is: 'evolution_running', organ_id: 'a' });
  expect(await begin({ op: 'merge', organ_id: 'rest', params: { ...usual.params, src_organs: ['a'] } })).toMatchObject({
    is: 'evolution_running',
  });
  expect(ports.book.evolving('a_2')).toBe(true);
});

test('a copy counts as its original, and whoever ends does not count', async () => {
  const { begin, asked } = world();
  await begin({ op: 'clone', dry_run: true });
  await begin({ op: 'retire', dry_run: true });
  expect(asked).toEqual([
    { before: ['a_agent_0', 'a_agent_1'], after: ['a_agent_0', 'a_agent_1', 'a_agent_0', 'a_agent_1'] },
    { before: ['a_agent_0', 'a_agent_1', 'rest_agent_0', 'rest_agent_1'], after: ['rest_agent_0', 'rest_agent_1'] },
  ]);
});

test.each<[string, Partial<Energies>, object]>([
  ['RECOVERY', { mode: async () => 'RECOVERY' }, { is: 'refused_by_mode', mode: 'RECOVERY' }],
  ['EMERGENCY', { mode: async () => 'EMERGENCY' }, { is: 'refused_by_mode', mode: 'EMERGENCY' }],
  ['DEGRADED', { mode: async () => 'DEGRADED' }, { is: 'begun' }],
  ['a mode nobody knows', { mode: async () => undefined }, { is: 'begun' }],
  ['energy away', { compare: async () => ({ unknown: 'away' }) }, { is: 'energy_unknown', reason: 'away' }],
])('%s', async (_, energies, answer) => {
  expect(await world(energies).begin()).toMatchObject(answer);
});

test('too much cost, a bad shape and a stranger are refused', async () => {
  expect(await world({}, { maxCost: 999 }).begin()).toEqual({ is: 'too_costly', cost: 1000, max: 999 });
  expect(await world().begin({ params: { ...usual.params, k: 3 } })).toMatchObject({ is: 'bad_shape' });
  expect(await world().begin({ organ_id: 'b' })).toEqual({ is: 'unknown_organ', organId: 'b' });
});
