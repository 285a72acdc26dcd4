import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { loopbackIsolates } from '../testing/loopback.ts';
import { AgentPool, type Wanted } from './agent-pool.ts';
import { LocalAgent } from './local-agent.ts';

const clock = new VirtualClock();
const agent = (agentId: string, skills = ['wait']) =>
  new LocalAgent({
    agentId,
    organId: 'o',
    epoch: 1,
    skills,
    specialty: null,
    isolates: loopbackIsolates(clock),
    clock,
    random: new SeededRandom(1),
  });
const wanted = (taskId: string, skills: Wanted['skills'] = ['wait']): Wanted => ({
  organId: 'o',
  taskId,
  skills,
  leftMs: 1000,
});
const never = new AbortController().signal;

function poolOf(...agents: LocalAgent[]): AgentPool {
  const pool = new AgentPool(() => undefined);
  for (const one of agents) pool.add(one);
  return pool;
}

describe('the pool of agents', () => {
  test('gives out every agent once', () => {
    const pool = poolOf(agent('a'), agent('b'));
    const taken = [pool.take(wanted('t1')), pool.take(wanted('t2'))].map((one) =>
      'agent' in one ? one.agent.agentId : one.none,
    );
    expect(taken.sort()).toEqual(['a', 'b']);
    expect(pool.take(wanted('t3'))).toEqual({ none: 'busy' });
  });

  test('prefers the agent that has fared better', () => {
    const good = agent('good');
    good.ledger.finished({ end: 'ok', quality: null });
    expect(poolOf(agent('a'), good, agent('z')).take(wanted('t'))).toMatchObject({ agent: { agentId: 'good' } });
  });

  test('says what the nearest lack when nobody can', () => {
    const pool = poolOf(agent('a'), agent('b', ['wait', 'sing']));
    expect(pool.take(wanted('t', ['wait', 'sing', 'dance']))).toEqual({
      none: 'incapable',
      nearest: [
        { agent_id: 'b', lacks: ['dance'] },
        { agent_id: 'a', lacks: ['sing', 'dance'] },
      ],
    });
  });

  test('prefers the agent that holds the context', () => {
    const taken = poolOf(agent('a'), agent('b'), agent('c')).take({ ...wanted('t'), hints: { affinity: 'b' } });
    expect(taken).toMatchObject({ agent: { agentId: 'b' } });
  });

  test('counts capability in the skill itself once there are five runs of it', () => {
    const singer = agent('a', ['wait', 'sing']);
    for (let i = 0; i < 9; i++) singer.ledger.finished({ end: 'ok', quality: null, skill: 'sing' });
    for (let i = 0; i < 4; i++) singer.ledger.finished({ end: 'error', quality: null, skill: 'wait' });
    expect(singer.ledger.capabilityIn('wait')).toBe(singer.ledger.standing.c.value);
    singer.ledger.finished({ end: 'error', quality: null, skill: 'wait' });
    expect(singer.ledger.capabilityIn('wait')).toBeCloseTo(0.5 * 0.9 ** 5, 12);
    expect(singer.ledger.capabilityIn('sing')).toBeCloseTo(1 - 0.5 * 0.9 ** 9, 12);
  });

  test('leaves out who is not capable enough, and says by how much', () => {
    const good = agent('good');
    good.ledger.finished({ end: 'ok', quality: null });
    const hints = { min_capability: 0.53 };
    expect(poolOf(agent('a'), good).take({ ...wanted('t'), hints })).toMatchObject({ agent: { agentId: 'good' } });
    expect(poolOf(agent('a')).take({ ...wanted('t'), hints })).toEqual({
      none: 'incapable',
      nearest: [{ agent_id: 'a', lacks: ['capability 0.50 < 0.53'] }],
    });
  });

  test('organism.A15: never gives out an agent that is busy, lacks a skill, or is not capable enough', () => {
    const some = fc.array(
      fc.record({
        skills: fc.subarray(['wait', 'sing', 'dance']),
        wins: fc.nat(6),
        losses: fc.nat(6),
        busy: fc.boolean(),
      }),
      { minLength: 1, maxLength: 12 },
    );
    const skills = fc.subarray(['sing', 'dance']).map((more): Wanted['skills'] => ['wait', ...more]);
    fc.assert(
      fc.property(
        some,
        skills,
        fc.double({ min: 0, max: 1, noNaN: true }),
        fc.string(),
        (given, needed, bar, taskId) => {
          const agents = given.map(({ skills: own, wins, losses, busy }, i) => {
            const one = agent(`a${i}`, own);
            for (let n = 0; n < wins; n++) one.ledger.finished({ end: 'ok', quality: null, skill: 'wait' });
            for (let n = 0; n < losses; n++) one.ledger.finished({ end: 'killed', quality: null, skill: 'wait' });
            if (busy) one.begin('other');
            return one;
          });
          const eligible = agents.filter(
            (one) => !one.busy && needed.every((s) => one.skills.includes(s)) && one.ledger.capabilityIn('wait') >= bar,
          );
          const taken = poolOf(...agents).take({ ...wanted(taskId, needed), hints: { min_capability: bar } });
          if ('agent' in taken) expect(eligible).toContain(taken.agent);
          else expect(eligible).toEqual([]);
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('lets tasks wait in the order of their coming', async () => {
    const [one] = [agent('a')];
    const pool = poolOf(one);
    pool.take(wanted('t1'));
    const order: string[] = [];
    const waiting = ['t2', 't3'].map(async (id) => {
      await pool.takeOrWait(wanted(id), never);
      order.push(id);
      pool.release(one);
    });
    pool.release(one);
    await Promise.all(waiting);
    expect(order).toEqual(['t2', 't3']);
    expect(one.busy).toBe(false);
  });

  test('a task that is cancelled no longer waits', async () => {
    const one = agent('a');
    const pool = poolOf(one);
    pool.take(wanted('t1'));
    const stop = new AbortController();
    const waiting = pool.takeOrWait(wanted('t2'), stop.signal);
    stop.abort(new Error('gone'));
    await expect(waiting).rejects.toThrow('gone');
    pool.release(one);
    expect(one.busy).toBe(false);
  });

  test('a new agent serves who waits', async () => {
    const pool = poolOf(agent('a'));
    pool.take(wanted('t1'));
    const waiting = pool.takeOrWait(wanted('t2'), never);
    pool.add(agent('b'));
    expect(await waiting).toMatchObject({ agent: { agentId: 'b' } });
  });

  test('an agent that was taken away finishes its run and gets no other', () => {
    const one = agent('a');
    const pool = poolOf(one);
    pool.take(wanted('t1'));
    pool.remove('a');
    expect(one.taskId).toBe('t1');
    pool.release(one);
    expect(pool.take(wanted('t2'))).toEqual({ none: 'incapable', nearest: [] });
  });
});
