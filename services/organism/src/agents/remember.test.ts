import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { firstOrgans } from '../domain/organ.ts';
import { Roster } from '../domain/roster.ts';
import { newStanding, type Standing } from '../domain/standing.ts';
import type { AgentMemory, MemoryOf } from '../ports.ts';
import { loopbackIsolates } from '../testing/loopback.ts';
import { Beats } from './beats.ts';
import { LocalAgent } from './local-agent.ts';
import { Remember } from './remember.ts';

function world(memory: Partial<AgentMemory> = {}) {
  const clock = new VirtualClock();
  const roster = new Roster();
  for (const plan of firstOrgans)
    roster.apply({ kind: 'organ', id: plan.organ_id, value: { ...plan, created_at: '2026-11-22T00:00:00Z' }, rev: 1 });
  const saved: MemoryOf[] = [];
  const silences: unknown[] = [];
  const remember = new Remember({
    roster,
    clock,
    host: 'h1',
    memory: {
      load: async () => undefined,
      save: async (agent) => {
        saved.push(agent);
        return 'saved';
      },
      archive: async () => undefined,
      copy: async () => undefined,
      onRoles: () => undefined,
      ...memory,
    },
    silent: (cause) => silences.push(cause),
  });
  const parts = { epoch: 7, skills: ['wait'], specialty: null, clock, random: new SeededRandom(1) };
  const isolates = loopbackIsolates(clock);
  const agent = new LocalAgent({ ...parts, agentId: 'a', organId: 'utility_organ_1', isolates });
  return { clock, remember, agent, saved, silences };
}

test('an agent state does not know is made known, and then only what changes', async () => {
  const { clock, remember, agent, saved } = world();
  await remember.look([agent]);
  await remember.look([agent]);
  expect(saved).toMatchObject([{ agentId: 'a', epoch: 7, host: 'h1', standing: newStanding }]);
  agent.ledger.finished({ end: 'ok', quality: null });
  await remember.look([agent]);
  expect(saved).toHaveLength(1); // the beats tell it first
  await clock.advance(7500);
  await remember.look([agent]);
  expect(saved[1]?.standing.counters.tasks).toBe(1);
});

test('an agent goes on where state says it was', async () => {
  const past: Standing = { ...newStanding, counters: { ...newStanding.counters, tasks: 9, ok: 9 } };
  const { remember, agent, saved } = world({ load: async () => past });
  agent.ledger.finished({ end: 'ok', quality: null });
  await remember.look([agent]);
  expect(saved[0]?.standing.counters).toMatchObject({ tasks: 10, ok: 10 });
});

test('state that is silent is asked again later, and said so once', async () => {
  let tries = 0;
  const { clock, remember, agent, silences } = world({
    load: async () => {
      tries++;
      throw new Error('away');
    },
  });
  await remember.look([agent]);
  await remember.look([agent]);
  expect(tries).toBe(1);
  expect(remember.silent).toBe(true);
  await clock.advance(10_000);
  await remember.look([agent]);
  expect(tries).toBe(2);
  expect(silences).toHaveLength(1);
});

test('beats carry what state has not taken over yet, and grow', async () => {
  const { clock, remember, agent } = world();
  const beats = new Beats(clock, () => 0);
  const [before] = beats.next([agent]);
  expect(before).not.toHaveProperty('changed');
  agent.taskId = 't';
  agent.progress = 0.5;
  await remember.look([agent]);
  agent.ledger.finished({ end: 'ok', quality: null });
  const [after] = beats.next([agent]);
  expect(after).toMatchObject({ load: 1, progress: 0.5, changed: { epoch: 7, counters: { tasks: 1 } } });
  expect(after?.seq).toBeGreaterThan(before?.seq ?? Number.NaN);
});
