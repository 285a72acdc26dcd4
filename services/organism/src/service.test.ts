import { ml, state } from '@seedcore/contracts';
import { fail, implement, ok } from '@seedcore/protocol';
import { startService } from '@seedcore/runtime/testing';
import { standIn } from '@seedcore/testkit';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';

let world: World;
let replica: Awaited<ReturnType<typeof openReplica>>;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  world = openWorld();
  replica = await openReplica(world, 'organism-one');
});

const sum = (facts: object = {}) => ({
  type: 'json_transform',
  params: { data: { a: 1 }, expression: 'a + 1' },
  ...facts,
});
/** An ml that finds one anomaly wherever it looks. */
function startMl() {
  const point = {
    index: 4,
    value: 9,
    score: 5,
    threshold: 4,
    direction: 'above',
    expected: 1,
    severity: 'high',
    explanation: 'x',
  } as const;
  const found = { points: [point], ready: true, n: 5, model: { name: 'test', version: '1' } };
  return startService(implement(ml, standIn(ml, { detect_anomaly: () => ok(found) })), { ...world, ns: 'test' });
}

describe('handle_task', () => {
  test('runs a task on the organ its type leads to', async () => {
    const reply = await world.passing(replica.client.handle_task({ task: sum() }));
    expect(reply).toMatchObject({
      ok: true,
      value: {
        state: 'succeeded',
        attempt: 1,
        organ_id: 'utility_organ_1',
        agent_id: 'utility_organ_1_agent_0',
        skill: 'json_transform',
        result: { result: 2 },
        quality: null,
        history: [],
        usage: { llm_calls: 0, metered: false },
      },
    });
  });

  test('asks ml for the anomalies of a series', async () => {
    startMl();
    const task = { type: 'analyze_series', params: { values: [1, 1, 2, 1, 9] } };
    const reply = await world.passing(replica.client.handle_task({ task }));
    expect(reply).toMatchObject({ ok: true, value: { result: { anomalies: [{ index: 4, severity: 'high' }] } } });
    expect(reply).not.toHaveProperty('degraded');
  });

  test('without ml the figures come, marked', async () => {
    const task = { type: 'analyze_series', params: { values: [1, 1, 2, 1, 9] } };
    const reply = await world.passing(replica.client.handle_task({ task }));
    expect(reply).toMatchObject({ ok: true, value: { result: { anomalies: null } }, degraded: { source: 'default' } });
  });

  test('a skill says no: that is the answer', async () => {
    const task = { type: 'json_transform', params: { data: 1, expression: '(' } };
    const reply = await world.passing(replica.client.handle_task({ task }));
    expect(reply).toMatchObject({
      ok: false,
      failure: { code: 'skill_failed', details: { code: 'invalid_expression' } },
    });
  });

  test('bad params are named', async () => {
    const reply = await world.passing(replica.client.handle_task({ task: { type: 'wait', params: { for: 1 } } }));
    expect(reply).toMatchObject({ ok: false, failure: { code: 'skill_failed', details: { code: 'bad_input' } } });
  });

  test('a type no organ has a skill for', async () => {
    const reply = await world.passing(replica.client.handle_task({ task: { type: 'fly' } }));
    expect(reply).toMatchObject({ ok: false, failure: { code: 'no_route', details: { type: 'fly' } } });
  });

  test('with state away a fact is tried again, then given up with its history', async () => {
    const task = { type: 'fact_store', params: { text: 'x' } };
    const reply = await world.passing(replica.client.handle_task({ task, hints: { max_runs: 2 } }));
    expect(reply).toMatchObject({
      ok: false,
      failure: {
        code: 'attempts_exhausted',
        details: { history: [{ attempt: 1 }, { attempt: 2 }], last: { code: 'no_responder' } },
      },
    });
  });

  test('a cancelled call aborts its skill and frees the agent', async () => {
    const stop = new AbortController();
    const ended = replica.client.handle_task(
      { task: { type: 'wait', params: { for_ms: 60_000 } } },
      { signal: stop.signal },
    );
    ended.catch(() => undefined);
    await world.clock.advance(100);
    expect(await busy()).toBe(1);
    stop.abort();
    await expect(world.passing(ended)).rejects.toMatchObject({ code: 'cancelled' });
    await world.clock.advance(100);
    expect(await busy()).toBe(0);
  });

  test('the deadline of the call ends the skill', async () => {
    const call = { deadlineMs: 3000 };
    const ended = replica.client.handle_task({ task: { type: 'wait', params: { for_ms: 2500 } } }, call);
    expect(await world.passing(ended)).toMatchObject({ ok: true });
    const late = replica.client.handle_task({ task: { type: 'wait', params: { for_ms: 9000 } } }, call);
    expect(await world.passing(late)).toMatchObject({ ok: false, failure: { details: { code: 'too_long' } } });
  });
});

const busy = async () => {
  const reply = await world.passing(replica.client.get_organism_status({}));
  return reply.ok ? reply.value.agents.busy : undefined;
};

describe('a task with an id', () => {
  test('is done once; a repeat gets the stored outcome', async () => {
    const first = await world.passing(replica.client.handle_task({ task: sum({ id: 't1' }) }));
    const second = await world.passing(replica.client.handle_task({ task: sum({ id: 't1' }) }));
    expect(first).toMatchObject({ ok: true, value: { task_id: 't1', result: { result: 2 } } });
    expect(second).toEqual(first);
    expect((await world.passing(replica.tasks.get('t1')))?.attempt).toBe(1);
  });

  test('means one content', async () => {
    await world.passing(replica.client.handle_task({ task: sum({ id: 't1' }) }));
    const other = sum({ id: 't1', params: { data: 1, expression: '2' } });
    expect(await world.passing(replica.client.handle_task({ task: other }))).toMatchObject({
      ok: false,
      failure: { code: 'conflict', details: { id: 't1' } },
    });
  });

  test('whose skill says no keeps its answer', async () => {
    const task = sum({ id: 't1', params: { data: 1, expression: '(' } });
    const first = await world.passing(replica.client.handle_task({ task }));
    expect(first).toMatchObject({
      ok: false,
      failure: { code: 'skill_failed', details: { code: 'invalid_expression', data: { code: 'S0203' } } },
    });
    expect(await world.passing(replica.client.handle_task({ task }))).toEqual(first);
  });

  test('that was tried in vain keeps its history, however long', async () => {
    const task = { id: 't1', type: 'fact_store', params: { text: 'x' } };
    const first = await world.passing(replica.client.handle_task({ task }));
    expect(first).toMatchObject({
      ok: false,
      failure: { code: 'attempts_exhausted', details: { history: { length: 4 } } },
    });
    expect(await world.passing(replica.client.handle_task({ task }))).toEqual(first);
  });

  test('goes with its caller', async () => {
    const stop = new AbortController();
    const task = { id: 't1', type: 'wait', params: { for_ms: 60_000, hold: true } };
    const ended = replica.client.handle_task({ task }, { signal: stop.signal });
    ended.catch(() => undefined);
    await world.clock.advance(500);
    stop.abort();
    await expect(world.passing(ended)).rejects.toMatchObject({ code: 'cancelled' });
    await world.clock.advance(10_000);
    expect((await world.passing(replica.tasks.get('t1')))?.state).toBe('cancelled');
  });
});

describe('execute_on_organ', () => {
  test('runs on the organ that was named', async () => {
    const reply = await world.passing(replica.client.execute_on_organ({ organ_id: 'cognitive_organ_1', task: sum() }));
    expect(reply).toMatchObject({ ok: true, value: { organ_id: 'cognitive_organ_1' } });
  });

  test('knows who is unknown, and who cannot', async () => {
    const nobody = await world.passing(replica.client.execute_on_organ({ organ_id: 'nobody', task: sum() }));
    expect(nobody).toMatchObject({ ok: false, failure: { code: 'unknown_organ' } });
    const task = { type: 'wait', params: { for_ms: 1 } };
    const unable = await world.passing(replica.client.execute_on_organ({ organ_id: 'cognitive_organ_1', task }));
    expect(unable).toMatchObject({ ok: false, failure: { code: 'no_capable_agent', details: { requires: ['wait'] } } });
  });

  test('gives the organ the time it was given', async () => {
    const task = { type: 'wait', params: { for_ms: 5000, hold: true } };
    const ended = replica.client.execute_on_organ({ organ_id: 'utility_organ_1', task, organ_timeout_ms: 2000 });
    expect(await world.passing(ended)).toMatchObject({ ok: false, failure: { details: { code: 'too_long' } } });
  });
});

describe('the queue of an organ', () => {
  const run = (spec: { type: string; params: Record<string, unknown> }) =>
    world.passing(replica.tasks.run(spec, { queue: 'utility_organ_1', timeoutMs: 60_000 }));

  test('is worked by its agents, and the result is an outcome', async () => {
    const reply = await run(sum());
    expect(reply).toMatchObject({
      ok: true,
      value: {
        result: { state: 'succeeded', value: { organ_id: 'utility_organ_1', result: { result: 2 }, attempt: 1 } },
      },
    });
  });

  test('a run that failed is tried again, and the outcome tells', async () => {
    let calls = 0;
    const flaky = standIn(state, {
      store_fact: () => {
        calls++;
        if (calls === 1) return fail('contended', { tries: 8 });
        return ok({ fact_id: 'f1', revision: 1, deduplicated: false, conflict_set: [] });
      },
    });
    startService(implement(state, flaky), { ...world, ns: 'test' });
    const reply = await run({ type: 'fact_store', params: { text: 'x' } });
    expect(reply).toMatchObject({
      ok: true,
      value: {
        result: {
          state: 'succeeded',
          value: { attempt: 2, result: { fact_id: 'f1' }, history: [{ attempt: 1, outcome: 'error' }] },
        },
      },
    });
  });

  test('what a skill refuses is failed at once', async () => {
    const reply = await run({ type: 'json_transform', params: { data: 1, expression: '(' } });
    expect(reply).toMatchObject({
      ok: true,
      value: { result: { state: 'failed', attempts: 1, error: { code: 'invalid_expression' } } },
    });
  });

  test('a type the organ has no skill for is failed at once', async () => {
    const reply = await run({ type: 'fly', params: {} });
    expect(reply).toMatchObject({
      ok: true,
      value: { result: { state: 'failed', error: { code: 'no_capable_agent' } } },
    });
  });

  test('more tasks than agents all end', async () => {
    const all = await Promise.all(Array.from({ length: 12 }, () => run(sum())));
    expect(all.every((reply) => reply.ok && reply.value.result?.state === 'succeeded')).toBe(true);
  });
});
