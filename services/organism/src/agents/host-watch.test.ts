import { SeededRandom } from '@seedcore/protocol/testing';
import { afterEach, expect, test } from 'vitest';
import { AGENT, keeperMesh } from '../testing/keeper-mesh.ts';
import { Rounds } from './rounds.ts';

const BEAT_MS = 2000;
const LOOK_MS = 1000;
const AGENTS_EACH = 10;
const beat = { load: 0, progress: null, loop_lag_ms: 0, at: AGENT.held_since };

const running: Rounds[] = [];
afterEach(async () => {
  await Promise.all(running.splice(0).map((rounds) => rounds.stop()));
});

/** Twenty hosts with ten agents each, which beat and look in their own time. */
async function twenty() {
  const { replica, records, alive, clock, broker } = keeperMesh();
  const random = new SeededRandom(13);
  const names = Array.from({ length: 20 }, (_, i) => `h${i}`);
  const replicas = new Map(names.map((name) => [name, replica(name)]));
  const agentsOf = new Map<string, string[]>();
  for (const [name, { hosted }] of replicas) {
    const ids = Array.from({ length: AGENTS_EACH }, (_, i) => `${name}_${i}`);
    for (const agent_id of ids) {
      const { epoch } = records.write({ ...AGENT, agent_id, host: name, presence: 'ready' });
      hosted.set(agent_id, epoch);
    }
    agentsOf.set(name, ids);
  }
  const lastBeat = new Map<string, number>();
  const blocked = new Set<string>();
  let seq = 0;
  const say = (name: string) => {
    if (!alive.has(name) || blocked.has(name) || broker.down) return;
    seq += 1;
    lastBeat.set(name, clock.now());
    const beats = (agentsOf.get(name) ?? []).map((agent_id) => ({ ...beat, agent_id, seq }));
    for (const { roster } of replicas.values()) roster.heard(name, beats, clock.now());
  };
  const begin = (ms: number, round: () => Promise<void>) => {
    const rounds = new Rounds(clock, ms, { round, failed: () => undefined });
    running.push(rounds);
    clock.after(random.next() * ms, () => rounds.start());
  };
  for (const [name, { keeper }] of replicas) {
    begin(BEAT_MS, async () => say(name));
    begin(LOOK_MS, async () => {
      if (alive.has(name) && !blocked.has(name)) await keeper.look();
    });
  }
  await clock.advance(BEAT_MS);
  const told = () => [...replicas.values()].flatMap((one) => one.told);
  const gone = () => [...replicas.values()].flatMap((one) => one.gone);
  return { clock, replicas, alive, broker, blocked, lastBeat, told, gone };
}

test('organism.A13: twenty hosts and two hundred agents that beat for ten minutes: no suspicion', async () => {
  const { clock, replicas, told, gone } = await twenty();
  const roster = replicas.get('h0')?.roster;
  for (let second = 0; second < 600; second++) {
    await clock.advance(1000);
    expect(roster?.counts(clock.now())).toMatchObject({ suspect: 0, idle: 200 });
  }
  expect([told(), gone()]).toEqual([[], []]);
});

test('organism.A13: one that was killed is suspected after 10 s, dead within 14 s, and told of once', async () => {
  const { clock, alive, lastBeat, told, gone, replicas } = await twenty();
  await clock.advance(5000);
  alive.delete('h0');
  const killedAt = clock.now();
  await clock.advance(30_000);
  expect(told().map(({ state, host }) => [state, host])).toEqual([
    ['slow', 'h0'],
    ['suspect', 'h0'],
    ['dead', 'h0'],
  ]);
  const [, suspect, dead] = told();
  expect(suspect?.silent_ms).toBeGreaterThanOrEqual(10_000);
  expect(suspect?.silent_ms).toBeLessThanOrEqual(11_000);
  expect(dead?.silent_ms).toBeGreaterThanOrEqual(12_000);
  expect((lastBeat.get('h0') ?? Number.NaN) + (dead?.silent_ms ?? Number.NaN) - killedAt).toBeLessThanOrEqual(14_000);
  expect(gone()).toHaveLength(AGENTS_EACH);
  const held = [...replicas].flatMap(([name, { hosted }]) => (name === 'h0' ? [] : [...hosted.keys()]));
  expect(new Set(held).size).toBe(200);
});

test('organism.A13: nobody is dead because the broker was away for half a minute', async () => {
  const { clock, broker, replicas, told, gone } = await twenty();
  broker.down = true;
  await clock.advance(30_000);
  broker.down = false;
  for (const { keeper } of replicas.values()) keeper.reconnected();
  await clock.advance(60_000);
  expect(gone()).toEqual([]);
  expect(told().filter(({ state }) => state === 'dead')).toEqual([]);
});

test('organism.A13: one whose loop is blocked for 8 s is slow, and judges nobody when it turns again', async () => {
  const { clock, blocked, told, gone } = await twenty();
  blocked.add('h0');
  await clock.advance(8000);
  blocked.delete('h0');
  await clock.advance(30_000);
  expect(told().map(({ state, host }) => [state, host])).toEqual([['slow', 'h0']]);
  expect(gone()).toEqual([]);
});
