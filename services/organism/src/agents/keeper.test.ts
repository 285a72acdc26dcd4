import type { AgentHolding } from '@seedcore/contracts';
import { VirtualClock } from '@seedcore/protocol/testing';
import { describe, expect, test } from 'vitest';
import { firstOrgans } from '../domain/organ.ts';
import { Roster, type RosterChange } from '../domain/roster.ts';
import type { Held, Records } from '../ports.ts';
import { Keeper } from './keeper.ts';

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
        return known === undefined ? { ...this.#write(holding), created: true } : { ...known, created: false };
      },
      takeAgent: async (agentId, { from, to }) => {
        const known = this.agents.get(agentId);
        if (known === undefined || known.holding.host !== from) return undefined;
        return this.#write({ ...known.holding, host: to, presence: 'ready' });
      },
      releaseAgent: async (agentId, epoch) => {
        const known = this.agents.get(agentId);
        if (known?.epoch === epoch) this.#write({ ...known.holding, host: null, presence: 'gone' });
      },
      watch: async () => undefined,
      lagMs: () => 0,
    };
  }

  #write(holding: AgentHolding): Held {
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
    alive.add(me);
    const keeper = new Keeper(firstOrgans, {
      me,
      roster,
      clock,
      records: records.for((change) => roster.apply(change)),
      peers: { ping: async () => [...alive], beat: () => undefined, onBeat: () => undefined },
      take: ({ holding, epoch }) => hosted.set(holding.agent_id, epoch),
      drop: (agentId) => hosted.delete(agentId),
      hosted: () => [...hosted].map(([agentId, epoch]) => ({ agentId, epoch })),
    });
    return { keeper, roster, hosted };
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
});
