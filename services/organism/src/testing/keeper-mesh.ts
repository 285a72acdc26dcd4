import type { AgentHolding } from '@seedcore/contracts';
import { delay, MeshError } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { Keeper } from '../agents/keeper.ts';
import { firstOrgans } from '../domain/organ.ts';
import { Roster, type RosterChange } from '../domain/roster.ts';
import type { Held, Records } from '../ports.ts';

/** How long a ping waits for one more answer, in ms. */
const QUIET_MS = 300;

/** An agent nobody holds. */
export const AGENT: AgentHolding = {
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

/** Time for a look and the pings of it, in ms. */
const LOOK_MS = 2500;

/** What was announced of a host. */
export type Told = { readonly state: string; readonly host: string; readonly silent_ms: number };

/** Replicas with nothing but their keepers, at one set of records; of those `alive` every one answers a ping, unless `down`. */
export function keeperMesh() {
  const clock = new VirtualClock();
  const records = new SharedRecords();
  const alive = new Set<string>();
  const broker = { down: false };
  /** Takes as long as it takes to hear nobody else any more. */
  const ping = async () => {
    if (broker.down) throw new MeshError('not_connected', { target: 'ping' });
    await delay(clock, QUIET_MS);
    return broker.down ? [] : [...alive];
  };
  const replica = (me: string) => {
    const roster = new Roster();
    const hosted = new Map<string, number>();
    const busy = new Set<string>();
    const gone: string[] = [];
    const told: Told[] = [];
    alive.add(me);
    const keeper = new Keeper(firstOrgans, {
      me,
      roster,
      clock,
      records: records.for((change) => roster.apply(change)),
      peers: { ping: () => ping(), beat: () => undefined, onBeat: () => undefined },
      take: ({ holding, epoch }) => hosted.set(holding.agent_id, epoch),
      drop: (agentId) => hosted.delete(agentId),
      hosted: () => [...hosted].map(([agentId, epoch]) => ({ agentId, epoch, busy: busy.has(agentId) })),
      announcements: {
        gone: ({ agent_id, host }) => gone.push(`${agent_id} of ${host}`),
        host: (state, { host, silent_ms }) => told.push({ state, host, silent_ms }),
      },
    });
    return { keeper, roster, hosted, busy, gone, told };
  };
  /** Looks once; whoever is silent is pinged twice meanwhile. */
  const look = async (keeper: Keeper) => {
    const looked = keeper.look();
    await clock.advance(LOOK_MS);
    await looked;
  };
  /** Looks again and again, as a process does whose loop turns. */
  const looking = async (keeper: Keeper, ms: number) => {
    for (const until = clock.now() + ms; clock.now() < until; ) await look(keeper);
  };
  return { clock, records, alive, broker, replica, look, looking };
}
