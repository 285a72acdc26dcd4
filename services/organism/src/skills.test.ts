import { organism } from '@seedcore/contracts';
import { beforeEach, describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineSkill, type OwnSpec } from './skill/define-skill.ts';
import { openReplica, openWorld, type World } from './testing/fake-replica.ts';

let world: World;
beforeEach(() => {
  world = openWorld();
});

const QUEUE = 'utility_organ_1';
const any = { input: z.record(z.string(), z.unknown()), output: z.unknown() };
type Spec = OwnSpec<typeof any.input, typeof any.output, Record<never, never>>;
const skill = (name: string, run: Spec['run'], more: Partial<Omit<Spec, 'run'>> = {}) =>
  defineSkill({
    ...{ name, version: '1.0.0', doc: '', ...any, idempotent: true, isolation: 'thread', role: 'S', graceMs: 1000 },
    ...more,
    run,
  });

/** A replica whose folder holds these skills, once it has read it and its organ has learnt them. */
async function replicaWith(files: readonly ReturnType<typeof skill>[], agents = 1) {
  const replica = await openReplica(world, 'organism-one', { files, agents });
  const events: { task_id: string; kind: string; data: unknown }[] = [];
  replica.mesh.subscribe(organism, 'emitted', (event) => void events.push(event));
  const known = async () => {
    const reply = await replica.client.get_organ_capabilities({});
    return reply.ok ? reply.value.skills.filter(({ agents: n }) => n > 0).map(({ name }) => name) : [];
  };
  for (let tries = 0; tries < 100; tries++) {
    const names = await world.passing(known());
    if (files.every(({ name }) => names.includes(name))) break;
    await world.clock.advance(100);
  }
  const { tasks, client } = replica;
  const run = (task: { id?: string; type: string; params?: Record<string, unknown> }) =>
    world.passing(client.handle_task({ task }));
  return { ...replica, tasks, events, run };
}

describe('a skill that came from a file', () => {
  test('is listed with its organ and agents, and runs', async () => {
    const { client, run } = await replicaWith([skill('echo', (input) => input, { consumes: ['text'] })]);
    expect(await world.passing(client.get_organ_capabilities({ organ_id: QUEUE, skill: 'echo' }))).toMatchObject({
      ok: true,
      value: { skills: [{ name: 'echo', organs: [QUEUE], agents: 1, consumes: ['text'], side_effects: false }] },
    });
    expect(await run({ type: 'echo', params: { a: 1 } })).toMatchObject({ value: { result: { a: 1 } } });
    expect(await world.passing(client.list_agents({ skill: 'echo' }))).toMatchObject({ ok: true });
    const elsewhere = await world.passing(
      client.get_organ_capabilities({ organ_id: 'cognitive_organ_1', skill: 'echo' }),
    );
    expect(elsewhere).toMatchObject({ ok: true, value: { skills: [] } });
    expect(await world.passing(client.get_organ_capabilities({ organ_id: 'nowhere' }))).toMatchObject({
      failure: { code: 'unknown_organ' },
    });
  });

  test('gives its quality to the outcome and to how its agent stands', async () => {
    const { run } = await replicaWith([skill('good', () => 1, { checker: () => 0.25 })]);
    expect(await run({ type: 'good' })).toMatchObject({ value: { quality: 0.25 } });
  });

  test('runs no more often at once than it says, whoever waits', async () => {
    let running = 0;
    let most = 0;
    const slow = skill(
      'slow',
      async () => {
        running += 1;
        most = Math.max(most, running);
        await new Promise<void>((resolve) => void world.clock.after(1000, resolve));
        running -= 1;
        return most;
      },
      { limits: { concurrency: 2 } },
    );
    const { run } = await replicaWith([slow], 5);
    const replies = await Promise.all(Array.from({ length: 6 }, () => run({ type: 'slow' })));
    expect(replies.every(({ ok }) => ok)).toBe(true);
    expect(most).toBe(2);
  });

  test('waits for a replica that has its file, where an organ has it and this replica does not', async () => {
    const { records } = await taught('only_elsewhere');
    const { tasks } = records;
    await world.passing(tasks.submit({ id: 'a', type: 'only_elsewhere' }, { queue: QUEUE }));
    await world.clock.advance(5000);
    expect(await world.passing(tasks.get('a'))).toMatchObject({ state: 'retrying' });
    expect((await world.passing(tasks.get('a')))?.attempts.at(-1)?.error?.code).toBe('unavailable');
  });
});

/** A replica whose organ has a skill that is in no file here: another replica brought it there, and is gone. */
async function taught(name: string) {
  const other = await openReplica(world, 'organism-two', { files: [skill(name, () => 1)] });
  await world.clock.advance(15_000);
  await world.passing(Promise.resolve(other.running.drain?.(1000)));
  return { records: await replicaWith([]) };
}

describe('what a skill emits', () => {
  const tells = skill('tells', (_, context) => {
    context.emit('told', { attempt: context.attempt });
    if (context.attempt === 1) throw new Error('not this time');
    return 'done';
  });

  test.each([
    ['through a queue', { id: 'a' }],
    ['in place', {}],
  ])('%s is told once, and only of the run that counts', async (_, facts) => {
    const { run, events } = await replicaWith([tells]);
    expect(await run({ ...facts, type: 'tells' })).toMatchObject({ value: { state: 'succeeded', attempt: 2 } });
    await world.clock.advance(60_000);
    expect(events).toMatchObject([{ kind: 'told', skill: 'tells', organ_id: QUEUE, data: { attempt: 2 } }]);
  });

  test('organism.A4: of 50 runs that were ended and came back all the same, 0 events are delivered', async () => {
    let late = 0;
    const stubborn = skill('stubborn', async (_, context) => {
      context.emit('told', context.taskId);
      await new Promise<void>((resolve) => context.signal.addEventListener('abort', () => resolve()));
      await new Promise<void>((resolve) => void world.clock.after(100, resolve));
      late += 1;
      return 'all the same';
    });
    const { tasks, events, run } = await replicaWith(
      [stubborn, skill('tame', (_, context) => context.emit('told', 1))],
      10,
    );
    const ids = Array.from({ length: 50 }, (_, i) => `task-${i}`);
    const spec = { type: 'stubborn', hints: { max_attempts: 1 } };
    for (const id of ids) await world.passing(tasks.submit({ id, ...spec }, { queue: QUEUE }));
    const killed = new Set<string>();
    for (let rounds = 0; killed.size < ids.length && rounds < 500; rounds++) {
      await world.clock.advance(100);
      for (const id of ids) {
        const view = await world.passing(tasks.get(id));
        const epoch = view?.attempts.at(-1)?.epoch;
        if (view?.state !== 'running' || epoch === undefined) continue;
        const replaced = await world.passing(tasks.replace(id, { epoch, reason: 'looping' }));
        if (replaced.ok) killed.add(id);
      }
    }
    await world.clock.advance(60_000);
    expect([killed.size, late]).toEqual([50, 50]);
    for (const id of ids)
      expect((await world.passing(tasks.get(id)))?.result).toMatchObject({
        state: 'failed',
        error: { code: 'killed' },
      });
    expect(events).toEqual([]);
    await run({ id: 'tame', type: 'tame' });
    await world.clock.advance(1000);
    expect(events).toMatchObject([{ task_id: 'tame' }]);
  });
});

describe('an effect on the outside world', () => {
  const outside = { done: [] as string[] };
  beforeEach(() => void outside.done.splice(0));
  const pays = (find?: (key: string) => Promise<{ value: string } | 'absent' | 'unknown'>) =>
    skill(
      'pays',
      async (_, context) => {
        const run = async (key: string) => {
          outside.done.push(key);
          if (outside.done.length === 1) throw new Error('the line went dead');
          return 'receipt';
        };
        return context.effect('pay', find === undefined ? { run } : { run, find });
      },
      { effects: ['money.moved'] },
    );

  test('is not done a second time when nobody knows whether it was: the task ends as effect_unknown', async () => {
    const { tasks } = await replicaWith([pays()]);
    await world.passing(tasks.submit({ id: 'a', type: 'pays' }, { queue: QUEUE }));
    const result = await world.passing(tasks.wait('a', { timeoutMs: 60_000 }));
    expect(result).toMatchObject({ state: 'failed', error: { code: 'effect_unknown' } });
    expect(outside.done).toEqual(['a/pay']);
  });

  test('is adopted when it is found, and done when it is certainly not there', async () => {
    for (const [id, found, times] of [
      ['found', { value: 'receipt' }, 1],
      ['absent', 'absent', 2],
    ] as const) {
      world = openWorld();
      outside.done.splice(0);
      const { tasks } = await replicaWith([pays(async () => found)]);
      await world.passing(tasks.submit({ id, type: 'pays' }, { queue: QUEUE }));
      const result = await world.passing(tasks.wait(id, { timeoutMs: 60_000 }));
      expect(result).toMatchObject({ state: 'succeeded', value: { result: 'receipt' } });
      expect(outside.done).toHaveLength(times);
    }
  });

  test('is never made in place, where no record would remember it', async () => {
    const { run, tasks } = await replicaWith([pays(async () => ({ value: 'receipt' }))]);
    const reply = await run({ type: 'pays' });
    expect(reply).toMatchObject({ ok: true, value: { state: 'succeeded' } });
    const id = reply.ok ? reply.value.task_id : '';
    expect(await world.passing(tasks.get(id))).toMatchObject({ state: 'succeeded' });
  });
});

describe('organism.A12: calls of a skill that fails again and again', () => {
  const failing = async (type: string, params: Record<string, unknown>) => {
    const broken = skill('broken', () => {
      throw new Error('broken');
    });
    const { client } = await replicaWith([broken]);
    const call = (task: object) =>
      world.passing(client.execute_on_organ({ organ_id: QUEUE, task: task as never, hints: { max_runs: 1 } }));
    for (let n = 0; n < 6; n++) await call({ type, params });
    await world.clock.advance(1000);
    return call;
  };

  test('are refused as specialty_open after six failures, other skills are not', async () => {
    const call = await failing('broken', {});
    expect(await call({ type: 'broken' })).toMatchObject({
      ok: false,
      failure: { code: 'specialty_open', details: { specialty: 'broken', organ_id: QUEUE } },
    });
    expect(await call({ type: 'broken', id: 'new' })).toMatchObject({ failure: { code: 'specialty_open' } });
    expect(await call({ type: 'wait', params: { for_ms: 10 } })).toMatchObject({ ok: true });
  });

  test('are not refused when it is another service that is away', async () => {
    const call = await failing('fact_store', { text: 'nobody is there to keep it' });
    expect(await call({ type: 'fact_store', params: { text: 'x' } })).toMatchObject({
      failure: { code: 'attempts_exhausted' },
    });
  });
});
