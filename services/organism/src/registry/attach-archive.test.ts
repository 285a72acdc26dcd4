import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { organsBucket } from '../testing/organs-bucket.ts';
import { openTwo, wait } from '../testing/two-replicas.ts';

let bed: Awaited<ReturnType<typeof openTwo>>;

// Virtual time does not wait for a module to load.
beforeAll(() => import('jsonata'));

beforeEach(async () => {
  bed = await openTwo();
});

describe('attaching', () => {
  const attach = (wish: object = {}) =>
    bed.world.passing(bed.one.client.attach_agent({ agent_id: 'scout_7', ...wish }, bed.here));

  test('to another organ moves it: membership is what the record says, and the newest handle wins', async () => {
    const { epoch } = await bed.made();
    const moved = await attach({ organ_id: 'cognitive_organ_1', epoch });
    expect(moved).toMatchObject({
      ok: true,
      value: { agent: { organ_id: 'cognitive_organ_1', host: 'two' }, was: { epoch, organ_id: 'utility_organ_1' } },
    });
    expect(moved.ok && moved.value.epoch).toBeGreaterThan(epoch);
    expect(await bed.run({ epoch })).toMatchObject({ failure: { code: 'stale_handle' } });
    expect(await bed.run({})).toMatchObject({ ok: true, value: { organ_id: 'cognitive_organ_1' } });
    const members = await bed.world.passing(bed.one.client.list_agents({ organ_id: 'cognitive_organ_1' }));
    expect(members.ok && members.value.agents).toHaveLength(2);
  });

  test('to another host carries it there', async () => {
    await bed.made();
    expect(await attach({ host: 'one' })).toMatchObject({
      ok: true,
      value: { agent: { host: 'one', presence: 'idle' } },
    });
    expect(await bed.run({})).toMatchObject({ ok: true });
  });

  test('is refused while it is busy, to hosts and organs nobody knows, and for an agent nobody knows', async () => {
    await bed.made();
    const running = bed.run({}, wait(3000));
    await bed.world.clock.advance(500);
    expect(await attach()).toMatchObject({ failure: { code: 'agent_busy' } });
    await running;
    expect(await attach({ host: 'nobody' })).toMatchObject({ failure: { details: { reason: 'no_answer' } } });
    expect(await attach({ organ_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_organ' } });
    expect(await attach({ agent_id: 'nobody' })).toMatchObject({ failure: { code: 'unknown_agent' } });
  });

  test('is refused when the holder does not answer', async () => {
    const { epoch } = await bed.made();
    bed.two.mesh.transport.disconnect();
    expect(await attach({ epoch })).toMatchObject({
      failure: { code: 'attach_refused', details: { reason: 'no_answer' } },
    });
  });
});

describe('archiving', () => {
  const archive = (wish: object = {}) =>
    bed.world.passing(
      bed.one.client.archive_agent({ agent_id: 'scout_7', reason: 'no longer needed', ...wish }, bed.here),
    );

  test('ends an agent; a repeat changes nothing, and its name stays taken', async () => {
    const { epoch } = await bed.made();
    const first = await archive({ epoch });
    expect(first).toMatchObject({
      ok: true,
      value: { already: false, agent: { presence: 'gone', lifecycle: 'archived' } },
    });
    await bed.world.clock.advance(5000);
    expect(await archive()).toMatchObject({ ok: true, value: { already: true } });
    expect(await bed.run({})).toMatchObject({ failure: { code: 'unknown_agent' } });
    expect(await bed.create()).toMatchObject({ failure: { code: 'name_taken' } });
    const listed = await bed.world.passing(bed.one.client.list_agents({ lifecycle: 'archived' }));
    expect(listed.ok && listed.value.agents.map(({ agent_id }) => agent_id)).toEqual(['scout_7']);
  });

  test('needs the newest handle, and an agent that is idle unless it is forced', async () => {
    const { epoch } = await bed.made();
    expect(await archive({ epoch: epoch - 1 })).toMatchObject({ failure: { code: 'stale_handle' } });
    const running = bed.run({}, wait(3000));
    await bed.world.clock.advance(500);
    expect(await archive()).toMatchObject({ failure: { code: 'agent_busy' } });
    expect(await archive({ force: true })).toMatchObject({ ok: true });
    expect(await running).toMatchObject({ ok: true });
  });

  test('leaves the name free after a day', async () => {
    await bed.made();
    await archive();
    const yesterday = new Date(bed.world.clock.wallMs() - 86_400_001).toISOString();
    const bucket = organsBucket(bed.one.store);
    await bed.world.passing(bucket.update('agent.scout_7', (now) => ({ ...now, archived_at: yesterday })));
    await bed.world.clock.advance(17_000);
    expect(await bed.world.passing(bed.one.client.get_agent({ agent_id: 'scout_7' }))).toMatchObject({
      failure: { code: 'unknown_agent' },
    });
    expect(await bed.made()).toMatchObject({ created: true });
  });
});
