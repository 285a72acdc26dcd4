import { state } from '@seedcore/contracts';
import { memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { leastWorth } from './domain/memory/memory-worth.ts';
import { bed, replica } from './testing/started-state.ts';

/** Memories offered; `SC_MEMORIES=1000000` is the full size of the statement. */
// biome-ignore lint/style/noProcessEnv: whoever runs this test chooses how large it is
const { SC_MEMORIES, SC_SEED } = process.env;
const OFFERED = Number(SC_MEMORIES ?? 600);
const SEED = Number(SC_SEED ?? 20_261_122);
const AGENTS = 4;
const AT_ONCE = 20;
const perAgent = Math.max(20, Math.floor(OFFERED / 20));
const limits = { perAgent, total: Math.floor(perAgent * AGENTS * 0.9) };
/** Longest pause between two looks for what is beyond its limit, in ms, with the time a lease takes. */
const LOOKED_MS = 6000;

test(`state.A17: ${OFFERED} memories offered, seed ${SEED}: those of least worth make room, exactly, and no flashbulb`, async () => {
  const on = bed();
  const one = await replica(on, 10, { memoryLimits: limits });
  const two = await replica(on, 11, { memoryLimits: limits });
  const listener = memoryMesh({ clock: on.clock, random: new SeededRandom(9), ns: 'test', bus: on.bus });
  const told = new Set<string>();
  listener.subscribe(state, 'memory_evicted', ({ agent_id, memory_ids }) => {
    for (const id of memory_ids) told.add(`m.${agent_id}.${id}`);
  });
  const random = new SeededRandom(SEED);
  /** What should be kept, by key: kept by the same rule, worked out from what was stored. */
  let expected = new Map<string, { salience: number; hits: number; created_at: string }>();
  let flashbulbs = 0;
  let evicted = 0;
  const makeRoom = (of: (key: string) => boolean, limit: number) => {
    const all = [...expected].filter(([key]) => of(key)).map(([key, item]) => ({ key, item }));
    const gone = new Set(leastWorth(all, limit, on.clock.wallMs()).map(({ key }) => key));
    expected = new Map([...expected].filter(([key]) => !gone.has(key)));
    evicted += gone.size;
  };
  for (let offered = 0; offered < OFFERED; offered += AT_ONCE) {
    const agent_id = `a${(offered / AT_ONCE) % AGENTS}`;
    const items = Array.from({ length: AT_ONCE }, (_, i) => ({
      ...{ kind: 'observation', text: `note ${offered + i}` },
      salience: Math.floor(random.next() * 75) / 100,
    }));
    const reply = await one.store_memory({ agent_id, items });
    if (!reply.ok) throw new Error(JSON.stringify(reply));
    const created_at = new Date(on.clock.wallMs()).toISOString();
    for (const [i, { memory_id, tier }] of reply.value.stored.entries())
      if (tier === 'long_term')
        expected.set(`m.${agent_id}.${memory_id}`, { salience: items[i]?.salience ?? 0, hits: 0, created_at });
      else flashbulbs += 1;
    if ((offered / AT_ONCE) % (AGENTS * 2) !== 0) continue;
    await on.clock.advance(LOOKED_MS);
    for (let agent = 0; agent < AGENTS; agent++) makeRoom((key) => key.startsWith(`m.a${agent}.`), limits.perAgent);
    makeRoom(() => true, limits.total);
  }
  await on.clock.advance(LOOKED_MS);
  for (let agent = 0; agent < AGENTS; agent++) makeRoom((key) => key.startsWith(`m.a${agent}.`), limits.perAgent);
  makeRoom(() => true, limits.total);

  expect(flashbulbs).toBeGreaterThan(0);
  expect(evicted).toBeGreaterThan(0);
  const keys = (prefix: string) =>
    (on.server.stream('KV_test_memory')?.subjects(`$KV.test_memory.${prefix}.>`) ?? []).map((subject) =>
      subject.slice('$KV.test_memory.'.length),
    );
  expect(live(on, keys, 'm')).toEqual([...expected.keys()].sort());
  expect(live(on, keys, 'fb')).toHaveLength(flashbulbs);
  expect(told.size).toBe(evicted);
  const counted = await Promise.all([one, two].map((service) => service.get_memory_stats({})));
  expect(counted.map((reply) => (reply.ok ? reply.value.tiers[0]?.evicted : undefined)).sort()).toEqual(
    [0, evicted].sort(),
  );
});

/** Keys under a prefix that hold a value: those removed hold a marker for an hour. */
function live({ server }: ReturnType<typeof bed>, keys: (prefix: string) => string[], prefix: string): string[] {
  const stream = server.stream('KV_test_memory');
  const all = keys(prefix);
  return all.filter((key) => stream?.last(`$KV.test_memory.${key}`)?.header('KV-Operation') === undefined).sort();
}
