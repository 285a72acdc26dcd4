import { afterEach, expect, test } from 'vitest';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
afterEach(() => mesh?.stop());

const peaked = { e: 1, s: 0, o: 0 };
const even = { e: 0.34, s: 0.33, o: 0.33 };
const organs = { narrow_1: peaked, wide_1: even, wide_2: even, narrow_2: peaked };
const measuring = { settle_ms: 0, measure_ms: 10_000 };

const ask = async (endpoint: string, input: object = {}) => (await mesh.call('organism', endpoint, input)).body;
/** Who lives where, by organ. */
async function membership(organId: string): Promise<string[]> {
  const { agents } = await ask('list_agents', { organ_id: organId });
  type Line = { readonly agent_id: string; readonly lifecycle: string };
  return agents.filter(({ lifecycle }: Line) => lifecycle !== 'archived').map(({ agent_id }: Line) => agent_id);
}
const evolutionOf = async (organ_id: string) => (await ask('get_organ_status', { organ_id })).organs[0].evolution;

/** Energy is lower where roles are mixed: without the narrow organ the mean falls, without the wide one it rises. */
test('organism.A20: a gain is measured and kept, a loss is measured and taken back, one at a time in each organ', async () => {
  mesh = await startMesh({ services: ['state', 'organism'] });
  mesh.start('energy', { MODE_CRITICAL: 'state', MODE_IMPORTANT: 'organism' });
  await mesh.ready('energy');
  for (const [organ_id, role_prior] of Object.entries(organs)) {
    const config = { skills: ['wait'], role_prior };
    expect((await ask('update_organ_config', { organ_id, create: true, config })).error).toBeUndefined();
  }
  for (const organ_id of Object.keys(organs))
    await until(`energy to know ${organ_id}`, async () => {
      const scope = { scope: `organ:${organ_id}`, max_age_ms: 0 };
      const { terms } = (await mesh.call('energy', 'get_energy_state', scope)).body;
      return typeof terms?.entropy === 'number' || undefined;
    });
  await until('nothing to be amiss', async () => (await mesh.call('energy', 'get_mode')).body.mode === 'NORMAL' || undefined);
  const ends: { organs: string[]; state: string }[] = [];
  const callback = (_: unknown, message: { json(): (typeof ends)[number] }) => void ends.push(message.json());
  mesh.nats.subscribe(`${mesh.ns}.evt.organism.evolution_finished.>`, { callback });
  await mesh.nats.flush();

  const gain = { op: 'retire', organ_id: 'narrow_1', params: { migrate_to: 'wide_1' }, ...measuring };
  const loss = { op: 'retire', organ_id: 'wide_2', params: { migrate_to: 'narrow_2' }, ...measuring };
  expect(await ask('evolve', loss)).toMatchObject({ error: { code: 'unprofitable' } });
  expect(await ask('evolve', gain)).toMatchObject({ state: 'applying', cost: 200, delta_E_est: expect.any(Number) });
  expect(await ask('evolve', { ...loss, force: true })).toMatchObject({ state: 'applying' });
  const twice = await ask('evolve', { op: 'clone', organ_id: 'wide_2', force: true });
  expect(twice).toMatchObject({ error: { code: 'evolution_running' } });

  const before = ['wide_2_agent_0'];
  const kept = await until('the gain to be kept', async () => {
    const evolution = await evolutionOf('narrow_1');
    return evolution?.ended_at === undefined ? undefined : evolution;
  });
  expect(kept).toMatchObject({ state: 'accepted', organs: ['narrow_1', 'wide_1'] });
  expect(kept.delta_E_measured).toBeLessThan(0);
  expect(await membership('narrow_1')).toEqual([]);
  const back = await until('the loss to be taken back', async () => {
    const evolution = await evolutionOf('wide_2');
    return evolution?.ended_at === undefined ? undefined : evolution;
  });
  expect(back).toMatchObject({ state: 'rolled_back', why: expect.any(String) });
  expect(back.delta_E_measured).toBeGreaterThan(0);
  expect(await membership('wide_2')).toEqual(before);
  const done = await ask('execute_on_organ', { organ_id: 'wide_2', task: { type: 'wait', params: { for_ms: 1 } } });
  expect(done).toMatchObject({ state: 'succeeded', agent_id: 'wide_2_agent_0' });
  await until('both ends to be told', async () => ends.length === 2 || undefined);
  expect(ends.map(({ state }) => state).sort()).toEqual(['accepted', 'rolled_back']);
});
