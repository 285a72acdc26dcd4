import { createHash } from 'node:crypto';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { begunRuns } from '../support/begun-runs.ts';
import { loseService } from '../support/lose-service.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
beforeAll(async () => {
  mesh = await startMesh({ services: ['organism', 'ml', 'state'] });
});
afterAll(() => mesh?.stop());

const organism = (endpoint: string, input?: unknown) => mesh.call('organism', endpoint, input, 60_000);
const handle = (task: object) => organism('handle_task', { task });
const series = Array.from({ length: 120 }, (_, i) => 10 + Math.sin(i / 4) + (i === 90 ? 40 : 0));

/** Backtracks for longer than anybody waits. */
const RUNAWAY = { data: { s: `${'a'.repeat(60)}!` }, expression: '$match(s, /(a+)+$/)' };
/** One string of 256 million characters. */
const HUGE = '($double := function($s, $n) { $n = 0 ? $uppercase($s) : $double($s & $s, $n - 1) }; $double("x", 28))';

/** Two modules of WebAssembly: `run` of one gives back what it was given, that of the other never ends. */
const ECHO =
  'AGFzbQEAAAABDAJgAX8Bf2ACf38BfgIPAQNlbnYGbWVtb3J5AgABAwMCAAEHDwIFYWxsb2MAAANydW4AAQoUAgUAQYAICwwAIACtQiCGIAGthAs=';
const SPIN =
  'AGFzbQEAAAABDAJgAX8Bf2ACf38BfgIPAQNlbnYGbWVtb3J5AgABAwMCAAEHDwIFYWxsb2MAAANydW4AAQoRAgUAQYAICwkAA0AMAAtCAAs=';

describe('skills on real threads', () => {
  test('a published task goes through the queue of an organ and comes back as an outcome', async () => {
    const body = { type: 'analyze_series', params: { values: series } };
    mesh.nats.publish(`${mesh.ns}.task.utility_organ_1.normal.published`, JSON.stringify(body));
    const { result } = await until('the outcome', async () => {
      const { code, body: reply } = await handle({ id: 'published', ...body });
      return code === undefined ? reply : undefined;
    });
    expect(result.n).toBe(120);
    expect(result.anomalies.map(({ index }: { index: number }) => index)).toContain(90);
  });

  test('the same task is one task, whoever asks again', async () => {
    const task = { id: 'once', type: 'json_transform', params: { data: { a: 1 }, expression: 'a + 1' } };
    const replies = await Promise.all(Array.from({ length: 5 }, () => handle(task)));
    const outcomes = replies.map(({ body }) => JSON.stringify(body));
    expect(new Set(outcomes).size, outcomes.join('\n')).toBe(1);
    expect(replies[0]?.body).toMatchObject({ task_id: 'once', attempt: 1, result: { result: 2 } });
    expect(await handle({ ...task, params: { data: 1, expression: '1' } })).toMatchObject({ code: '409' });
  });

  test('a fact that was stored is found', async () => {
    const stored = await handle({
      type: 'fact_store',
      params: { text: 'Pump 3 vibrates above 40 Hz', source: 'test' },
    });
    expect(stored.body.result.fact_id).toEqual(expect.any(String));
    const found = await until('the fact', async () => {
      const { body } = await handle({ type: 'fact_search', params: { query: 'pump vibrates' } });
      return body.result?.facts?.[0];
    });
    expect(found).toMatchObject({ id: stored.body.result.fact_id, source: 'test' });
  });

  test('health is told of everybody, oneself included', async () => {
    // Whoever answers too late on a busy machine is there the next time.
    await until('all to be heard', async () => {
      const { body } = await handle({ type: 'health_check', params: { services: ['organism', 'ml', 'energy'] } });
      expect(body.result).toMatchObject({
        overall: 'degraded',
        services: [
          { name: 'energy', instances: 0, ready: 0 },
          { name: 'ml', instances: 1, ready: 1 },
          { name: 'organism', instances: 1, ready: 1 },
        ],
        jetstream: { ok: true },
      });
      return true;
    });
  });

  test('an expression that spins is stopped for real, and everybody is answered meanwhile', async () => {
    const begun = await begunRuns(mesh);
    const spinning = handle({ type: 'json_transform', params: RUNAWAY });
    await until('the spin', () => begun.length > 0);
    const others = await Promise.all([
      organism('list_agents'),
      organism('execute_on_organ', {
        organ_id: 'cognitive_organ_1',
        task: { type: 'analyze_series', params: { values: series } },
      }),
    ]);
    expect(others.map(({ code }) => code)).toEqual([undefined, undefined]);
    expect((await spinning).body.error).toMatchObject({ code: 'skill_failed', details: { code: 'timeout' } });
    const after = await handle({ type: 'json_transform', params: { data: 1, expression: '$ + 1' } });
    expect(after.body.result.result).toBe(2);
  });

  test('an expression that eats all memory ends its own process only', async () => {
    const before = mesh.services.get('organism')?.pid;
    const { body } = await organism('handle_task', {
      task: { type: 'json_transform', params: { data: {}, expression: HUGE } },
      hints: { max_runs: 1 },
    });
    expect(['attempts_exhausted', 'skill_failed']).toContain(body.error.code);
    expect(mesh.services.get('organism')?.child.exitCode).toBe(null);
    expect(mesh.services.get('organism')?.pid).toBe(before);
  });
});

test('state knows the agents and what they have done', async () => {
  await handle({ type: 'json_transform', params: { data: 1, expression: '$' } });
  const agent = await until('the standing', async () => {
    const { body } = await mesh.call('state', 'get_agent_state', { agent_id: 'utility_organ_1_agent_0' });
    return body.agent?.counters.ok > 0 && body.liveness === 'alive' ? body : undefined;
  });
  expect(agent).toMatchObject({ agent: { organ_id: 'utility_organ_1', lifecycle: 'employed' }, liveness: 'alive' });
  expect(agent.agent.counters.tasks).toBe(agent.agent.counters.ok + agent.agent.counters.failed);
  expect(agent.agent.c.n).toBe(agent.agent.counters.tasks);
});

// Cognitive and energy are away from the beginning.
describe('organism.A19: with others away a right answer, a marked one or a declared failure', () => {
  test('what needs nobody is right', async () => {
    const content = '<h1>Pumps</h1><p>See <a href="/two">two</a></p>';
    const [text, sum, page] = await Promise.all([
      handle({ type: 'text_extract', params: { content, content_type: 'html', want: ['text', 'links'] } }),
      handle({ type: 'general_query', params: { question: 'What is 6 * 7?' } }),
      handle({ type: 'http_fetch', params: { url: 'http://169.254.169.254/latest/meta-data/' } }),
    ]);
    expect(text.body.result).toMatchObject({ text: 'Pumps\nSee two', links: [{ href: '/two', text: 'two' }] });
    expect(sum.body.result).toMatchObject({ answer: '42', method: 'computed' });
    expect(page.body.error).toMatchObject({ details: { code: 'not_allowed' } });
  });

  test('a module runs, and one that never ends is ended when its time is over', async () => {
    const wasm = (module: string) => {
      const sha256 = createHash('sha256').update(Buffer.from(module, 'base64')).digest('hex');
      return { type: 'run_wasm', params: { module, sha256, input: 'hi', timeout_ms: 1000 } };
    };
    expect((await handle(wasm(ECHO))).body.result).toMatchObject({ output: 'hi' });
    expect((await handle(wasm(SPIN))).body.error).toMatchObject({ details: { code: 'too_slow' } });
  });

  test('without ml a series has figures, no anomalies, and a mark', async () => {
    await loseService(mesh, 'ml');
    const { body } = await handle({ type: 'analyze_series', params: { values: series } });
    expect(body).toMatchObject({
      state: 'succeeded',
      result: { n: 120, anomalies: null },
      degraded: { source: 'default' },
    });
  });

  test('without state a fact fails and says so, and other work goes on', async () => {
    await loseService(mesh, 'state');
    const { body } = await organism('handle_task', {
      task: { type: 'fact_store', params: { text: 'x' } },
      hints: { max_runs: 1 },
    });
    expect(body.error).toMatchObject({
      code: 'attempts_exhausted',
      details: { history: [{ attempt: 1, outcome: 'error' }] },
    });
    const asked = (question: string) =>
      organism('handle_task', { task: { type: 'general_query', params: { question } }, hints: { max_runs: 1 } });
    expect((await asked('Which pump vibrates?')).body.error).toMatchObject({ code: 'attempts_exhausted' });
    expect((await asked('What is 10 / 4?')).body.result).toMatchObject({ answer: '2.5' });
    const other = await handle({ type: 'json_transform', params: { data: 1, expression: '$' } });
    expect(other.body.state).toBe('succeeded');
  });
});
