import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
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
