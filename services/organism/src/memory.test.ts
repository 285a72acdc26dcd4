import { type organism, state } from '@seedcore/contracts';
import { fail, type Handlers, implement, ok, type Reply } from '@seedcore/protocol';
import { SeededRandom } from '@seedcore/protocol/testing';
import { startService } from '@seedcore/runtime/testing';
import { standIn } from '@seedcore/testkit';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineSkill } from './skill/define-skill.ts';
import type { SkillContext } from './skill/skill-context.ts';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';
import type { Web } from './web/web.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});

const AGENT = 'utility_organ_1_agent_0';
type RunReply = Reply<typeof organism.endpoints.handle_task>;

/** A state that remembers what it is told, and answers what it is taught. */
function openState(more: Partial<Handlers<typeof state>> = {}) {
  const kept: unknown[] = [];
  const handlers = standIn(state, {
    set_item: ({ key, scope, value }) => {
      kept.push({ key, scope, value });
      return ok({ revision: 1, expires_at: '2026-11-22T01:00:00Z' });
    },
    store_memory: ({ agent_id, items }) => {
      kept.push({ agent_id, texts: items.map(({ text }) => text), key: items[0]?.write_key });
      return ok({ stored: [] });
    },
    ...more,
  });
  const { clock, bus } = world;
  const service = startService(implement(state, handlers), { clock, bus, random: new SeededRandom(5), ns: 'test' });
  return { kept, service };
}

async function replicaWith(run: (context: SkillContext) => unknown, more: { uses?: string[]; web?: Web } = {}) {
  const { web, uses = [] } = more;
  const skill = defineSkill({
    ...{ name: 'keeps', version: '1.0.0', doc: '', idempotent: true, isolation: 'thread', role: 'S', uses },
    input: z.strictObject({}),
    output: z.unknown(),
    run: (_, context) => run(context),
  });
  const replica = await openReplica(world, 'organism-one', { files: [skill], ...(web && { web }) });
  await world.clock.advance(15_000);
  const task = (facts: object): Promise<RunReply> =>
    world.passing(replica.client.handle_task({ task: { type: 'keeps', ...facts } }));
  return { ...replica, task };
}

describe('what a run wants its agent to keep', () => {
  const notes = (context: SkillContext) => {
    context.memory.put('last', { attempt: context.attempt });
    context.memory.remember(`attempt ${context.attempt}`);
    if (context.attempt === 1) throw new Error('not this time');
    return 'done';
  };

  test.each([
    ['through a queue', { id: 'a' }],
    ['in place', {}],
  ])('%s is kept once, and only of the run that counts', async (_, facts) => {
    const { kept } = openState();
    const { task } = await replicaWith(notes);
    expect(await task(facts)).toMatchObject({ ok: true, value: { state: 'succeeded', attempt: 2 } });
    await world.clock.advance(60_000);
    expect(kept).toEqual([
      { key: 'last', scope: `agent:${AGENT}`, value: { attempt: 2 } },
      { agent_id: AGENT, texts: ['attempt 2'], key: expect.stringMatching(/-1$/) },
    ]);
  });

  test('is kept later when state was away; the result waits for nobody', async () => {
    const { task } = await replicaWith(({ memory }) => memory.put('late', 1));
    expect(await task({ id: 'a' })).toMatchObject({ ok: true, value: { state: 'succeeded' } });
    const { kept } = openState();
    await world.clock.advance(120_000);
    expect(kept).toEqual([{ key: 'late', scope: `agent:${AGENT}`, value: 1 }]);
  });

  test('of a run in place that cannot be kept marks its result', async () => {
    const { task } = await replicaWith(({ memory }) => memory.put('late', 1));
    expect(await task({})).toMatchObject({ ok: true, degraded: { reason: expect.stringContaining('kept') } });
  });

  test('and state refuses for good is given up, what it cannot take now is not', async () => {
    let tries = 0;
    const { kept } = openState({
      store_memory: () => fail('too_large', { limit: 1, got: 2 }),
      set_item: ({ key }) => {
        if (++tries === 1) return fail('contended', { tries: 8 });
        kept.push(key);
        return ok({ revision: 1, expires_at: '2026-11-22T01:00:00Z' });
      },
    });
    const { task } = await replicaWith(({ memory }) => {
      memory.remember('x');
      memory.put('a', 1);
    });
    expect(await task({ id: 'a' })).toMatchObject({ ok: true });
    await world.clock.advance(60_000);
    expect(kept).toEqual(['a']);
  });

  test.each([
    ['a key', (memory: SkillContext['memory']) => memory.put('x'.repeat(257), 1)],
    ['no JSON', (memory: SkillContext['memory']) => memory.put('x', () => 1)],
    ['8192 characters', (memory: SkillContext['memory']) => memory.remember('')],
    ['49152 bytes', (memory: SkillContext['memory']) => memory.put('x', 'y'.repeat(50_000))],
  ])('is refused at once when it does not fit: %s', async (why, put) => {
    const { task } = await replicaWith(({ memory }) => put(memory));
    const reply = await task({});
    expect(reply).toMatchObject({ ok: false, failure: { code: 'attempts_exhausted' } });
    expect(JSON.stringify(reply)).toContain(why);
  });
});

describe('what its agent has kept', () => {
  test('is found, and what the run has put itself before anybody keeps it', async () => {
    const asked: unknown[] = [];
    openState({
      get_item: ({ key, scope }) => {
        asked.push({ key, scope });
        const nothing = {
          created: false,
          negative: false,
          revision: 0,
          age_ms: 0,
          level: 'L2',
          filling: false,
        } as const;
        return ok(key === 'old' ? { ...nothing, found: true, value: 7 } : { ...nothing, found: false });
      },
    });
    const { task } = await replicaWith(async ({ memory }) => {
      memory.put('new', null);
      return [await memory.get('old'), await memory.get('new'), (await memory.get('none')) ?? 'nothing'];
    });
    expect(await task({})).toMatchObject({ value: { result: [7, null, 'nothing'] } });
    expect(asked).toEqual(['old', 'none'].map((key) => ({ key, scope: `agent:${AGENT}` })));
  });

  test('cannot be found with state away: the run is tried again, and says so in the end', async () => {
    const { task } = await replicaWith(({ memory }) => memory.search('anything'));
    expect(await task({})).toMatchObject({
      ok: false,
      failure: { code: 'attempts_exhausted', details: { last: { code: 'no_responder' } } },
    });
  });
});

test('a skill of a file reaches the web through http_fetch, and through nothing else', async () => {
  const asked: string[] = [];
  const web: Web = {
    fetch: async ({ url }) => {
      asked.push(url);
      const body = new TextEncoder().encode('one two');
      return { ok: true, status: 200, finalUrl: url, headers: { 'content-type': 'text/plain' }, body, redirects: 0 };
    },
  };
  const url = 'https://example.org/';
  const { task } = await replicaWith((context) => context.call('http_fetch', { url }), { uses: ['http_fetch'], web });
  expect(await task({})).toMatchObject({ value: { result: { body: 'one two', bytes: 7 } } });
  world = openWorld();
  const straight = (context: SkillContext) =>
    context.fetch({ url, method: 'GET', headers: {}, maxBytes: 1, timeoutMs: 1, maxRedirects: 0 });
  const other = await replicaWith(straight, { web });
  expect(await other.task({})).toMatchObject({ ok: false });
  expect(asked).toEqual([url]);
});

describe('organism.A19: a task that waits', () => {
  test('is parked: it holds no agent, and ends when its time has come', async () => {
    const { client, tasks } = await replicaWith(() => 'free');
    await world.passing(
      tasks.submit({ id: 'nap', type: 'wait', params: { for_ms: 3_600_000 } }, { queue: 'utility_organ_1' }),
    );
    await world.clock.advance(10_000);
    expect(await world.passing(tasks.get('nap'))).toMatchObject({ state: 'waiting' });
    expect(await world.passing(client.handle_task({ task: { type: 'keeps' } }))).toMatchObject({ ok: true });
    const agents = await world.passing(client.list_agents({ organ_id: 'utility_organ_1' }));
    expect(agents.ok && agents.value.agents.map(({ presence }) => presence)).toEqual(['idle']);
    await world.clock.advance(3_600_000);
    const { result } = (await world.passing(tasks.get('nap'))) ?? {};
    expect(result).toMatchObject({ state: 'succeeded', value: { result: { woke_by: 'time' } } });
    expect(result?.value).toHaveProperty('attempt', expect.any(Number));
  });

  test('longer than it may last says so at once', async () => {
    const { task } = await replicaWith(() => 1);
    const reply = await task({ id: 'nap', params: { for_ms: 600_000 }, type: 'wait' });
    expect(reply).toMatchObject({ ok: false, failure: { code: 'skill_failed', details: { code: 'too_long' } } });
  });
});
