import type { AgentHolding, Beat, OrganRecord } from '@seedcore/contracts';
import { describe, expect, test } from 'vitest';
import { vacancies } from './host-death.ts';
import { Roster } from './roster.ts';

const at = '2026-11-22T00:00:00Z';
const organ: OrganRecord = {
  organ_id: 'utility_organ_1',
  kind: 'utility',
  state: 'ready',
  desired: 1,
  max_agents: 10,
  skills: ['wait'],
  specialty: null,
  role_prior: { e: 0.2, s: 0.3, o: 0.5 },
  created_at: at,
};
const holding = (host: string | null): AgentHolding => ({
  agent_id: 'a',
  organ_id: 'utility_organ_1',
  host,
  presence: host === null ? 'gone' : 'ready',
  skills: ['wait'],
  specialty: null,
  created_at: at,
  held_since: at,
});
const beat = (load: number): Beat => ({ agent_id: 'a', seq: 1, load, progress: null, loop_lag_ms: 0, at });

function rosterWith(host: string | null, rev = 5): Roster {
  const roster = new Roster();
  roster.apply({ kind: 'organ', id: 'utility_organ_1', value: organ, rev: 1 });
  roster.apply({ kind: 'agent', id: 'a', value: holding(host), rev });
  return roster;
}

describe('presence', () => {
  test.each([
    ['gone when nobody holds it', null, [], 0, 'gone'],
    ['suspect while its host was never heard', 'h1', [], 0, 'suspect'],
    ['idle when its host says so', 'h1', [['h1', beat(0)]], 0, 'idle'],
    ['busy when its host says so', 'h1', [['h1', beat(1)]], 0, 'busy'],
    ['suspect when its host fell silent', 'h1', [['h1', beat(0)]], 15_001, 'suspect'],
    [
      'not that of a host that held it before',
      'h2',
      [
        ['h1', beat(1)],
        ['h2', undefined],
      ],
      0,
      'idle',
    ],
  ] as const)('%s', (_, host, beats, now, presence) => {
    const roster = rosterWith(host);
    for (const [from, one] of beats) roster.heard(from, one === undefined ? [] : [one], 0);
    const [agent] = roster.agents();
    expect(agent && roster.presence(agent, now)).toBe(presence);
  });
});

describe('a counter that stands still while beats come', () => {
  const heard = (load: number, seqs: readonly number[]) => {
    const roster = rosterWith('h1');
    for (const [i, seq] of seqs.entries()) roster.heard('h1', [{ ...beat(load), seq }], 2000 * i);
    const [agent] = roster.agents();
    return agent && roster.presence(agent, 2000 * (seqs.length - 1));
  };

  test('for three beats makes an idle agent suspect and a busy one slow', () => {
    expect([heard(0, [1, 1, 1]), heard(0, [1, 1, 1, 1])]).toEqual(['idle', 'suspect']);
    expect([heard(1, [1, 1, 1]), heard(1, [1, 1, 1, 1])]).toEqual(['busy', 'slow']);
  });

  test('is forgotten when it moves again, and when the agent has another epoch', () => {
    expect(heard(0, [1, 1, 1, 1, 2])).toBe('idle');
    const roster = rosterWith('h1');
    for (const now of [0, 2000, 4000, 6000]) roster.heard('h1', [beat(0)], now);
    roster.apply({ kind: 'agent', id: 'a', value: holding('h1'), rev: 6 });
    const [agent] = roster.agents();
    expect(agent && roster.presence(agent, 6000)).toBe('idle');
  });

  test('says nothing while no beats come', () => {
    const roster = rosterWith('h1');
    roster.heard('h1', [beat(0)], 0);
    const [agent] = roster.agents();
    expect(agent && roster.presence(agent, 9000)).toBe('idle');
  });
});

describe('records', () => {
  test('an older change is ignored, and the epoch never goes back', () => {
    const roster = rosterWith('h2', 9);
    roster.apply({ kind: 'agent', id: 'a', value: holding('h1'), rev: 7 });
    expect(roster.agent('a')?.holding.host).toBe('h2');
    expect(roster.epoch).toBe(9);
  });

  test('a removed agent is no longer there', () => {
    const roster = rosterWith('h1');
    roster.apply({ kind: 'agent', id: 'a', value: undefined, rev: 6 });
    expect(roster.agents()).toEqual([]);
  });

  test('an organ lives while an agent of it is heard', () => {
    const roster = rosterWith('h1');
    expect(roster.routable(0)[0]?.alive).toBe(false);
    roster.heard('h1', [beat(0)], 0);
    expect(roster.routable(0)[0]?.alive).toBe(true);
    expect(roster.routable(16_000)[0]?.alive).toBe(false);
  });
});

describe('vacancies', () => {
  const look = { me: 'h1', now: 20_000, hosted: () => false, overdue: () => false };

  test('an agent nobody holds is free', () => {
    expect(vacancies(rosterWith(null), look)).toMatchObject([{ why: 'free' }]);
  });

  test('an agent in our name that is not here is ours to take', () => {
    expect(vacancies(rosterWith('h1'), look)).toMatchObject([{ why: 'mine' }]);
  });

  test('a host that was never heard is to be asked', () => {
    expect(vacancies(rosterWith('h2'), look)).toMatchObject([{ why: { silentHost: 'h2' } }]);
  });

  test.each([
    [9_999, []],
    [10_000, [{ why: { silentHost: 'h2' } }]],
  ])('a host silent for %i ms', (silence, expected) => {
    const roster = rosterWith('h2');
    roster.heard('h2', [], look.now - silence);
    expect(vacancies(roster, look)).toMatchObject(expected);
  });

  test('an agent its host has not begun in time is to be taken, one that was archived never', () => {
    const roster = rosterWith('h2');
    roster.heard('h2', [], look.now);
    expect(vacancies(roster, { ...look, overdue: () => true })).toMatchObject([{ why: 'overdue' }]);
    const archived = { ...holding(null), archived_at: at };
    roster.apply({ kind: 'agent', id: 'a', value: archived, rev: 6 });
    expect(vacancies(roster, { ...look, overdue: () => true })).toEqual([]);
  });

  test('an agent hosted here is no vacancy', () => {
    expect(vacancies(rosterWith('h2'), { ...look, hosted: () => true })).toEqual([]);
  });
});
