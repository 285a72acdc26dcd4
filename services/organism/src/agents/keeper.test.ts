import type { AgentHolding } from '@seedcore/contracts';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { firstOrgans } from '../domain/organ.ts';
import { Roster, type RosterChange } from '../domain/roster.ts';
import type { Held, Records } from '../ports.ts';
import { Keeper } from './keeper.ts';

const AGENT: AgentHolding = {
  agent_id: 'scout',
  organ_id: 'utility_organ_1',
  host: null,
  presence: 'gone',
  skills: [],
  specialty: null,
  created_at: '2026-11-22T00:00:00Z',
  held_since: '2026-11-22T00:00:00Z',
};

/** Records every replica shares, with one revision for all. */
class SharedRecords {
  readonly agents = new Map<string, Held>();
  readonly #listeners = new Set<(change: RosterChange) => void>();
  #rev = 100;

  for(listener: (change: RosterChange) => void): Records {
    this.#listeners.add(listener);
    return {
      ensureOrgan: async (plan) => this.#tell({ kind: 'organ', id: plan.organ_id, value: plan, rev: ++this.#rev }),
      createAgent: async (holding) => {
        const known = this.agents.get(holding.agent_id);
        return known === undefined ? { ...this.write(holding), created: true } : { ...known, created: false };
      },
      readAgent: async (agentId) => this.agents.get(agentId),
      reviseAgent: async (agentId, epoch, patch) => {
        const known = this.agents.get(agentId);
        return known?.epoch === epoch ? this.write({ ...known.holding, ...patch }) : undefined;
      },
      removeAgent: async () => undefined,
      watch: async () => undefined,
      lagMs: () => 0,
    };
  }

  write(holding: AgentHolding): Held {
    const held = { holding, epoch: ++this.#rev };
    this.agents.set(holding.agent_id, held);
    this.#tell({ kind: 'agent', id: holding.agent_id, value: holding, rev: held.epoch });
    return held;
  }

  #tell(change: RosterChange): void {
    for (const listener of this.#listeners) listener(change);
  }
}

function mesh() {
  const clock = new VirtualClock();
  const records = new SharedRecords();
  const alive = new Set<string>();
  const replica = (me: string) => {
    const roster = new Roster();
    const hosted = new Map<string, number>();
    const busy = new Set<string>();
    const gone: string[] = [];
    alive.add(me);
    const keeper = new Keeper(firstOrgans, {
      me,
      roster,
      clock,
      records: records.for((change) => roster.apply(change)),
      peers: { ping: async () => [...alive], beat: () => undefined, onBeat: () => undefined },
      take: ({ holding, epoch }) => hosted.set(holding.agent_id, epoch),
      drop: (agentId) => hosted.delete(agentId),
      hosted: () => [...hosted].map(([agentId, epoch]) => ({ agentId, epoch, busy: busy.has(agentId) })),
      announcements: { gone: ({ agent_id, host }) => gone.push(`${agent_id} of ${host}`) },
    });
    return { keeper, roster, hosted, busy, gone };
  };
  const look = async (keeper: Keeper) => {
    const looked = keeper.look();
    await clock.advance(2000);
    await looked;
  };
  return { clock, records, alive, replica, look };
}

describe('replicas that keep agents', () => {
  test('racing to start, each agent has one host', async () => {
    const { records, replica } = mesh();
    const replicas = ['h1', 'h2', 'h3'].map(replica);
    await Promise.all(replicas.map(({ keeper }) => keeper.initialize()));
    const hosts = [...records.agents.keys()].map((id) => replicas.filter(({ hosted }) => hosted.has(id)).length);
    expect(hosts).toEqual([1, 1, 1]);
    expect(replicas.every(({ keeper }) => keeper.initialized)).toBe(true);
  });

  test('an agent that was let go is taken at once, under a newer epoch', async () => {
    const { replica, look } = mesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    const before = Math.max(...first.hosted.values());
    await first.keeper.release();
    expect(first.hosted.size).toBe(0);
    await look(second.keeper);
    expect(second.hosted.size).toBe(3);
    expect(Math.min(...second.hosted.values())).toBeGreaterThan(before);
  });

  test('a host that is silent and answers no ping loses its agents', async () => {
    const { replica, look, alive, clock } = mesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    second.roster.heard('h1', [], clock.now());
    alive.delete('h1');
    await look(second.keeper);
    expect(second.hosted.size).toBe(0);
    await clock.advance(12_000);
    await look(second.keeper);
    expect(second.hosted.size).toBe(3);
    expect(second.gone).toContain('utility_organ_1_agent_0 of h1');
  });

  test('a host that is silent but answers keeps its agents', async () => {
    const { replica, look, clock } = mesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    await clock.advance(60_000);
    await look(second.keeper);
    expect(second.hosted.size).toBe(0);
    expect(first.hosted.size).toBe(3);
  });

  test('nobody is judged just after the connection came back', async () => {
    const { replica, look, alive, clock } = mesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    alive.delete('h1');
    await clock.advance(60_000);
    second.keeper.reconnected();
    await look(second.keeper);
    expect(second.hosted.size).toBe(0);
  });

  test('a host that lost an agent lets it go', async () => {
    const { replica, look, alive, clock } = mesh();
    const [first, second] = [replica('h1'), replica('h2')];
    await first.keeper.initialize();
    await second.keeper.initialize();
    alive.delete('h1');
    await clock.advance(60_000);
    await look(second.keeper);
    await look(first.keeper);
    expect(first.hosted.size).toBe(0);
    expect(second.hosted.size).toBe(3);
  });

  test('an agent in our name from before a restart is ours under a new epoch', async () => {
    const { replica, look } = mesh();
    const first = replica('h1');
    await first.keeper.initialize();
    const epochs = [...first.hosted.values()];
    first.hosted.clear();
    await look(first.keeper);
    expect(first.hosted.size).toBe(3);
    expect(Math.min(...first.hosted.values())).toBeGreaterThan(Math.max(...epochs));
  });

  const given = (host: string) => ({ ...AGENT, host, presence: 'starting' as const });

  test('an agent that was given to us is taken as soon as we hear of it', async () => {
    const { records, replica } = mesh();
    const [first, second] = [replica('h1'), replica('h2')];
    const { epoch } = records.write(given('h2'));
    await first.keeper.noticed('scout');
    await second.keeper.noticed('scout');
    expect([first.hosted.size, second.hosted.size]).toEqual([0, 1]);
    expect(second.hosted.get('scout')).toBeGreaterThan(epoch);
    expect(records.agents.get('scout')).toMatchObject({ holding: { presence: 'ready', host: 'h2' } });
  });

  test('hearing twice of it begins it once', async () => {
    const { records, replica } = mesh();
    const one = replica('h1');
    records.write(given('h1'));
    await Promise.all([one.keeper.noticed('scout'), one.keeper.noticed('scout'), one.keeper.look()]);
    expect(one.hosted.get('scout')).toBe(102);
  });

  test('an agent its host does not begin is taken by another after 15 s', async () => {
    const { records, replica, look, clock } = mesh();
    const one = replica('h1');
    records.write(given('h2'));
    one.roster.heard('h2', [], clock.now());
    await look(one.keeper);
    for (let beats = 0; beats < 6; beats++) {
      one.roster.heard('h2', [], clock.now());
      await look(one.keeper);
    }
    expect(one.hosted.size).toBe(0);
    one.roster.heard('h2', [], clock.now());
    await clock.advance(1000);
    await look(one.keeper);
    expect(one.hosted.size).toBe(1);
  });

  test('an agent given to us anew is not begun while its run goes on here', async () => {
    const { records, replica, look } = mesh();
    const one = replica('h1');
    one.hosted.set('scout', 1);
    one.busy.add('scout');
    records.write(given('h1'));
    await look(one.keeper);
    expect(one.hosted.get('scout')).toBe(1);
    one.busy.clear();
    await look(one.keeper);
    expect(one.hosted.get('scout')).toBeGreaterThan(1);
  });

  test('of many who create one name at once, in one process too, one has created it', async () => {
    const { replica } = mesh();
    const replicas = ['h1', 'h2'].map(replica);
    const made = await Promise.all(
      replicas.flatMap(({ keeper }, i) =>
        Array.from({ length: 50 }, () => keeper.create({ ...AGENT, host: `h${i + 1}`, presence: 'ready' })),
      ),
    );
    expect(made.filter(({ created }) => created)).toHaveLength(1);
    expect(new Set(made.map(({ epoch }) => epoch)).size).toBe(1);
    expect(replicas.map(({ hosted }) => hosted.size).sort()).toEqual([0, 1]);
  });

  test('a host that has let go takes nothing any more', async () => {
    const { records, replica, look } = mesh();
    const one = replica('h1');
    await one.keeper.release();
    records.write(given('h1'));
    await look(one.keeper);
    expect(one.hosted.size).toBe(0);
  });

  /** Twenty replicas; every 2 s those that are connected beat, and all look after what is free. */
  const twenty = async () => {
    const { replica, alive, clock, look } = mesh();
    const names = Array.from({ length: 20 }, (_, i) => `h${i}`);
    const replicas = new Map(names.map((name) => [name, replica(name)]));
    for (const { keeper } of replicas.values()) await keeper.initialize();
    const pass = async (ms: number, beating: (name: string) => boolean) => {
      for (let passed = 0; passed < ms; passed += 2000) {
        for (const name of names.filter(beating))
          for (const { roster } of replicas.values()) roster.heard(name, [], clock.now());
        const looks = [...replicas].filter(([name]) => alive.has(name)).map(([, { keeper }]) => look(keeper));
        await Promise.all([...looks, clock.advance(2000)]);
      }
    };
    const gone = () => [...replicas.values()].flatMap((one) => one.gone);
    return { replicas, alive, pass, gone };
  };

  test('organism.A13: twenty hosts that beat for ten minutes are never taken for dead', async () => {
    const { replicas, pass, gone } = await twenty();
    await pass(600_000, () => true);
    expect([gone(), replicas.get('h0')?.hosted.size]).toEqual([[], 3]);
  });

  test('organism.A13: one that was killed is dead, and its agents are elsewhere, within 12 s and three looks', async () => {
    const { replicas, alive, pass, gone } = await twenty();
    await pass(10_000, () => true);
    alive.delete('h0');
    await pass(12_000, (name) => name !== 'h0');
    expect(gone()).toEqual([]);
    await pass(6000, (name) => name !== 'h0');
    expect(gone().sort()).toEqual([
      'actuator_organ_1_agent_0 of h0',
      'cognitive_organ_1_agent_0 of h0',
      'utility_organ_1_agent_0 of h0',
    ]);
    const held = [...replicas].filter(([name]) => name !== 'h0').map(([, { hosted }]) => hosted.size);
    expect(held.reduce((sum, size) => sum + size, 0)).toBe(3);
  });

  test('organism.A13: nobody is dead because the broker was away for half a minute', async () => {
    const { replicas, pass, gone } = await twenty();
    await pass(10_000, () => true);
    await pass(30_000, () => false);
    for (const { keeper } of replicas.values()) keeper.reconnected();
    await pass(30_000, () => true);
    expect(gone()).toEqual([]);
  });
});
