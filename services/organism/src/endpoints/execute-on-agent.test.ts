import type { AgentHolding, OrganRecord } from '@seedcore/contracts';
import { fail, newTrace, OpenCall } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { firstOrgans } from '../domain/organ.ts';
import { Roster } from '../domain/roster.ts';
import { executeOnAgent } from './execute-on-agent.ts';

const at = '2026-11-22T00:00:00Z';
const holding = (host: string): AgentHolding => ({
  agent_id: 'a',
  organ_id: 'utility_organ_1',
  host,
  presence: 'ready',
  skills: ['wait'],
  specialty: null,
  created_at: at,
  held_since: at,
});

/** A replica that believes the agent to be on h1, while it has moved to h2. */
function behind() {
  const [clock, random] = [new VirtualClock(), new SeededRandom(1)];
  const roster = new Roster();
  const organs: OrganRecord[] = firstOrgans.map((plan) => ({ ...plan, created_at: at }));
  for (const value of organs) roster.apply({ kind: 'organ', id: value.organ_id, value, rev: 1 });
  roster.apply({ kind: 'agent', id: 'a', value: holding('h1'), rev: 5 });
  const asked: string[] = [];
  const run = executeOnAgent({
    roster,
    records: { readAgent: async () => ({ holding: holding('h2'), epoch: 9 }) },
    hosts: {
      run: async (host) => {
        asked.push(host);
        if (host === 'h1') return fail('stale_handle', { agent_id: 'a', current_epoch: 9, host: 'h2' });
        return fail('conflict', { id: 'answered by h2' });
      },
    },
  });
  const seed = { id: 'c', target: 't', deadlineAt: 60_000, trace: newTrace(random), chain: [], attempt: 1 } as const;
  const call = new OpenCall({ ...seed, criticality: 'important' }, { clock, random });
  const task = { type: 'wait', description: '', params: {}, domain: 'x', priority: 'normal', requires: [] } as const;
  const work = { agent_id: 'a', task: { ...task, requires: [] }, hints: { max_runs: 1 }, agent_timeout_ms: 1000 };
  return { asked, run: (wish: object) => run({ ...work, ...wish }, call) };
}

test('who brings no handle is led to where the agent is now', async () => {
  const { run, asked } = behind();
  expect(await run({})).toMatchObject({ failure: { details: { id: 'answered by h2' } } });
  expect(asked).toEqual(['h1', 'h2']);
});

test('who brings an old handle is told the current one', async () => {
  const { run, asked } = behind();
  expect(await run({ epoch: 5 })).toMatchObject({ failure: { code: 'stale_handle', details: { host: 'h2' } } });
  expect(await run({ epoch: 4 })).toMatchObject({ failure: { code: 'stale_handle', details: { current_epoch: 9 } } });
  expect(asked).toEqual(['h1']);
});
