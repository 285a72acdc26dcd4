import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { openTwo, sum, wait } from '../testing/two-replicas.ts';

let bed: Awaited<ReturnType<typeof openTwo>>;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  bed = await openTwo();
});

describe('a handle', () => {
  test('leads to the agent wherever it lives', async () => {
    const { epoch, agent } = await bed.made();
    expect(agent.host).toBe('two');
    const handle = { agent_id: 'scout_7', task: sum };
    for (const { client } of [bed.one, bed.two])
      expect(
        await bed.world.passing(client.execute_on_agent({ ...handle, epoch }, { instance: client.instance })),
      ).toMatchObject({ ok: true, value: { agent_id: 'scout_7', result: { result: 2 } } });
  });

  test('organism.A3: from before the agent moved is stale, a hundred times of a hundred', async () => {
    const { epoch } = await bed.made();
    await bed.world.passing(bed.two.running.drain?.(30_000) ?? Promise.resolve());
    await bed.world.clock.advance(5000);
    const input = JSON.stringify({ agent_id: 'scout_7', epoch, task: sum });
    const told: string[] = [];
    for (let tens = 0; tens < 10; tens++) {
      const asking = Array.from({ length: 10 }, () => bed.one.client.request('execute_on_agent', input));
      const errors = (await bed.world.passing(Promise.all(asking))).map(({ text }) => JSON.parse(text).error);
      told.push(...errors.map(({ code, details }) => `${code} ${details.host}`));
    }
    expect(told).toEqual(Array(100).fill('stale_handle one'));
    expect(await bed.run({})).toMatchObject({ ok: true });
    const attach = await bed.world.passing(bed.one.client.attach_agent({ agent_id: 'scout_7', epoch }));
    expect(attach).toMatchObject({ failure: { code: 'attach_refused', details: { reason: 'older_epoch' } } });
  });

  test('to an agent that is busy is told so, and to nobody as well', async () => {
    await bed.made();
    const running = bed.run({}, wait(5000));
    await bed.world.clock.advance(500);
    expect(await bed.run({})).toMatchObject({ failure: { code: 'agent_busy' } });
    expect(await running).toMatchObject({ ok: true });
    expect(await bed.run({ agent_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_agent' } });
  });

  test('what the skill says, and what the agent cannot, come back from another host', async () => {
    await bed.made({ skills: ['json_transform'] });
    const bad = { type: 'json_transform', params: { data: 1, expression: '(' } };
    expect(await bed.run({}, bad)).toMatchObject({
      failure: { code: 'skill_failed', details: { code: 'invalid_expression' } },
    });
    expect(await bed.run({}, wait(1))).toMatchObject({ failure: { code: 'no_capable_agent' } });
  });

  test('a repeat of the same id joins; the same id means one content', async () => {
    await bed.made();
    const [first, second] = await Promise.all([bed.run({}, { ...sum, id: 't1' }), bed.run({}, { ...sum, id: 't1' })]);
    expect(first).toMatchObject({ ok: true });
    expect(second).toEqual(first);
    expect(await bed.run({}, { ...wait(1), id: 't1' })).toMatchObject({ failure: { code: 'conflict' } });
  });

  test('a cancelled call frees the agent on the other host', async () => {
    await bed.made();
    const stop = new AbortController();
    const ended = bed.one.client.execute_on_agent({ agent_id: 'scout_7', task: wait(20_000) }, { signal: stop.signal });
    ended.catch(() => undefined);
    await bed.world.clock.advance(500);
    stop.abort();
    await expect(bed.world.passing(ended)).rejects.toMatchObject({ code: 'cancelled' });
    await bed.world.clock.advance(500);
    expect(await bed.run({})).toMatchObject({ ok: true });
  });
});
