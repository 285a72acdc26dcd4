import { organism } from '@seedcore/contracts';
import { SeededRandom } from '@seedcore/testkit';
import { expect, test } from 'vitest';
import { bed, EPOCH_MS, replica } from './testing/started-state.ts';

const SEED = 20_261_123;
const COMPARISONS = 1000;
const AGENTS = 10;
/** Organism tells of its agents so often, in ms. */
const BEAT_MS = 2000;

type Replica = Awaited<ReturnType<typeof replica>>;

const picture = async (service: Replica, aggregation_type: 'all' | 'summary' = 'all') => {
  const reply = await service.get_aggregated_state({ aggregation_type });
  if (!reply.ok) throw new Error(JSON.stringify(reply));
  return reply.value;
};

test('state.A9: of agents that are registered and were never heard of nothing is made up', async () => {
  const on = bed();
  const service = await replica(on);
  for (const agent_id of ['a1', 'a2']) await service.update_agent_state({ agent_id, patch: {}, create: true });
  await service.update_agent_state({ agent_id: 'a3', patch: { archived: true }, create: true });
  await on.clock.advance(1000);
  const { completeness, parts, version } = await picture(service);
  expect(completeness).toBe(0);
  expect(parts.agents).toMatchObject({
    completeness: 0,
    missing: ['agent a1: never heard', 'agent a2: never heard'],
    data: [
      { agent_id: 'a1', h: null, load: null, progress: null, mem_util: null, heartbeat_age_ms: null },
      { agent_id: 'a2', liveness: 'unknown' },
    ],
  });
  expect(parts.system?.data).toMatchObject({ h: null, h_known: 0 });
  expect(version['agents']).toBe(3);
});

/** One change of a random record, by a random replica. */
function change(services: readonly Replica[], random: SeededRandom, n: number) {
  const any = <T>(from: readonly T[]): T => from[Math.floor(random.next() * from.length)] as T;
  const service = any(services);
  const agent_id = `a${Math.floor(random.next() * AGENTS)}`;
  const [e, s] = [random.next() / 2, random.next() / 2];
  const patches = [
    { mem_util: random.next() },
    { p: { e, s, o: 1 - e - s } },
    { organ_id: any(['utility', 'cognitive']) },
    { archived: random.next() < 0.5 },
  ];
  const fact = { text: `the valve ${n % 50} leaks`, source: any(['one', 'two']) };
  return any([
    () => service.update_agent_state({ agent_id, patch: any(patches), create: true }),
    () => service.update_agent_state({ agent_id, patch: { archived: false, mem_util: 0.5 }, create: true }),
    () => service.delete_agent_state({ agent_id }),
    () => service.store_fact(fact),
  ])();
}

test(`state.A9: two replicas at equal versions gave equal ids in 1000 of 1000 comparisons (seed ${SEED})`, async () => {
  const on = bed();
  const random = new SeededRandom(SEED);
  const services = [await replica(on, 10), await replica(on, 20)];
  const ids = new Set<string>();
  let compared = 0;
  for (let n = 0; compared < COMPARISONS; n++) {
    if (n === 2 * COMPARISONS) throw new Error('their versions are hardly ever equal');
    // Some come at the same time, and one replica begins anew now and then.
    await on.clock.through(Promise.all([0, 1, 2].map(() => change(services, random, n))), 1);
    if (n % 250 === 249) {
      const old = services.pop();
      services.push(await replica(on, 100 + n));
      await on.clock.through(old?.running.drain?.(1000) ?? Promise.resolve());
    }
    const [one, two] = await Promise.all(services.map((service) => picture(service, 'summary')));
    if (JSON.stringify(one?.version) !== JSON.stringify(two?.version)) continue;
    compared += 1;
    expect(two?.snapshot_id).toBe(one?.snapshot_id);
    ids.add(one?.snapshot_id ?? '');
  }
  // It is not the same picture again and again.
  expect(ids.size).toBeGreaterThan(COMPARISONS / 2);
});

test('state.A9: when organism is killed its agents are late after 15 s and silent after 60 s, within 2 s', async () => {
  const on = bed();
  const service = await replica(on);
  const beat = (seq: number) => {
    const at = new Date(on.clock.wallMs()).toISOString();
    const agents = ['a1', 'a2'].map((agent_id) => ({
      ...{ agent_id, seq, load: 0.5, progress: 0.1, loop_lag_ms: 1, at },
      ...(seq === 1 ? { changed: { organ_id: 'utility' } } : {}),
    }));
    on.organismMesh.publish(organism, 'heartbeat', { instance: 'organism-1', agents });
  };
  for (let seq = 1; seq <= 30; seq++) {
    beat(seq);
    await on.clock.advance(BEAT_MS);
    if (seq > 5) expect((await picture(service)).parts.agents?.completeness).toBe(1);
  }
  // Killed at any moment between two beats: here right before the next one.
  const killedAt = on.clock.wallMs();
  expect(killedAt).toBeGreaterThan(EPOCH_MS);
  const seen = new Map<string, number>();
  for (let s = 0; s < 80; s += 0.25) {
    for (const { liveness } of (await picture(service)).parts.agents?.data ?? [])
      if (!seen.has(liveness)) seen.set(liveness, (on.clock.wallMs() - killedAt) / 1000);
    await on.clock.advance(250);
  }
  expect([...seen.keys()]).toEqual(['alive', 'late', 'silent']);
  expect(Math.abs((seen.get('late') ?? 0) - 15)).toBeLessThanOrEqual(2);
  expect(Math.abs((seen.get('silent') ?? 0) - 60)).toBeLessThanOrEqual(2);
  const { parts, completeness } = await picture(service);
  expect(completeness).toBe(0);
  expect(parts.agents?.data).toMatchObject([{ load: null, organ_id: 'utility' }, { load: null }]);
  expect(parts.agents?.missing).toEqual(['agent a1: silent for 82 s', 'agent a2: silent for 82 s']);
});
