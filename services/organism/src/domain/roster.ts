import type { AgentHolding, Beat, OrganRecord } from '@seedcore/contracts';
import type { RoutableOrgan } from './route.ts';

/** A host not heard for so long counts as nobody to route to, in ms. */
export const HOST_STALE_MS = 15_000;
/** An agent whose beats come and whose counter stands still for so long does not turn, in ms: three beats. */
export const STANDSTILL_MS = 6000;
/** Most hosts remembered. */
const MAX_HOSTS = 256;

/** What an agent is doing, as far as it is known here. */
export type Presence = 'starting' | 'idle' | 'busy' | 'slow' | 'suspect' | 'gone';

/** Agents by presence. */
export type Counts = Readonly<Record<Presence, number>>;

/** Agents that work, or could. */
export const live = ({ idle, busy, slow }: Counts): number => idle + busy + slow;

/** An agent as its record and its last beat tell. */
export type RosterAgent = {
  readonly holding: AgentHolding;
  /** Revision of the record. */
  readonly epoch: number;
  readonly beat: HeardBeat | undefined;
};

/** The last beat of an agent and when it was heard, on this process's clock. */
export type HeardBeat = {
  readonly instance: string;
  readonly beat: Beat;
  readonly at: number;
  /** When its counter last grew, or this host was first heard to have it. */
  readonly movedAt: number;
};

/** An organ and the revision of its record. */
export type RosterOrgan = { readonly record: OrganRecord; readonly rev: number };

/** A host and when it was last heard. */
export type RosterHost = { readonly id: string; readonly at: number };

/** One change of a record; absent value: the record was removed. */
export type RosterChange =
  | { readonly kind: 'organ'; readonly id: string; readonly value: OrganRecord | undefined; readonly rev: number }
  | { readonly kind: 'agent'; readonly id: string; readonly value: AgentHolding | undefined; readonly rev: number };

/**
 * Who is there: organs and agents as their records say, hosts and loads as their beats say.
 *
 * 1. A record only moves forward: a change of an older revision is ignored.
 * 2. The epoch only grows; it is the newest revision seen.
 * 3. A beat counts only from the host its agent's record names.
 */
export class Roster {
  readonly #organs = new Map<string, RosterOrgan>();
  readonly #agents = new Map<string, RosterAgent>();
  readonly #hosts = new Map<string, number>();
  readonly #listeners: ((agentId: string) => void)[] = [];
  #epoch = 0;

  /** Calls `listener` with the id of every agent whose record has changed. */
  onAgent(listener: (agentId: string) => void): void {
    this.#listeners.push(listener);
  }

  /** Grows with every change of organs, agents and hosts. */
  get epoch(): number {
    return this.#epoch;
  }

  /** Organs in id order. */
  organs(): RosterOrgan[] {
    return [...this.#organs.values()].sort((a, b) => (a.record.organ_id < b.record.organ_id ? -1 : 1));
  }

  organ(id: string): RosterOrgan | undefined {
    return this.#organs.get(id);
  }

  /** Agents in id order, of one organ when named. */
  agents(organId?: string): RosterAgent[] {
    return [...this.#agents.values()]
      .filter(({ holding }) => organId === undefined || holding.organ_id === organId)
      .sort((a, b) => (a.holding.agent_id < b.holding.agent_id ? -1 : 1));
  }

  agent(id: string): RosterAgent | undefined {
    return this.#agents.get(id);
  }

  /** Hosts heard lately, in id order. */
  hosts(now: number): RosterHost[] {
    return [...this.#hosts]
      .map(([id, at]) => ({ id, at }))
      .filter(({ at }) => now - at <= HOST_STALE_MS)
      .sort((a, b) => (a.id < b.id ? -1 : 1));
  }

  /** When a host was last heard; undefined when it never was. */
  heardAt(host: string): number | undefined {
    return this.#hosts.get(host);
  }

  /** Takes one change of a record. */
  apply(change: RosterChange): void {
    this.#epoch = Math.max(this.#epoch, change.rev);
    if (change.kind === 'organ') {
      if ((this.#organs.get(change.id)?.rev ?? 0) > change.rev) return;
      if (change.value === undefined) this.#organs.delete(change.id);
      else this.#organs.set(change.id, { record: change.value, rev: change.rev });
      return;
    }
    const before = this.#agents.get(change.id);
    if ((before?.epoch ?? 0) > change.rev) return;
    if (change.value === undefined) this.#agents.delete(change.id);
    else {
      const beat = before?.epoch === change.rev ? before.beat : undefined;
      this.#agents.set(change.id, { holding: change.value, epoch: change.rev, beat });
    }
    if (before?.epoch !== change.rev) for (const listener of this.#listeners) listener(change.id);
  }

  /** Takes the beats of one host. */
  heard(instance: string, beats: readonly Beat[], at: number): void {
    this.#hosts.delete(instance);
    this.#hosts.set(instance, at);
    for (const beat of beats) {
      const agent = this.#agents.get(beat.agent_id);
      if (agent !== undefined && agent.holding.host === instance)
        this.#agents.set(beat.agent_id, { ...agent, beat: heardAgain(agent, { instance, beat, at }) });
    }
    const oldest = this.#hosts.keys().next().value;
    if (this.#hosts.size > MAX_HOSTS && oldest !== undefined) this.#hosts.delete(oldest);
  }

  /** What an agent is doing, from its record and its host's beats. */
  presence({ holding, beat }: RosterAgent, now: number): Presence {
    if (holding.host === null || holding.presence === 'gone') return 'gone';
    if (holding.presence === 'starting') return 'starting';
    const heardAt = this.#hosts.get(holding.host);
    if (heardAt === undefined || now - heardAt > HOST_STALE_MS) return 'suspect';
    if (beat?.instance !== holding.host) return 'idle';
    const still = stillFor(beat) >= STANDSTILL_MS;
    if ((beat.beat.load ?? 0) > 0) return still ? 'slow' : 'busy';
    return still ? 'suspect' : 'idle';
  }

  /** Agents of an organ by presence. */
  counts(now: number, organId?: string): Counts {
    const counts = { starting: 0, idle: 0, busy: 0, slow: 0, suspect: 0, gone: 0 };
    for (const agent of this.agents(organId)) counts[this.presence(agent, now)]++;
    return counts;
  }

  /** Agents of an organ that were not archived, nor brought by workers: its members, whatever they are doing. */
  members(organId: string): RosterAgent[] {
    return this.agents(organId).filter(
      ({ holding }) => holding.archived_at === undefined && holding.worker === undefined,
    );
  }

  /** Organs as routing sees them. */
  routable(now: number): RoutableOrgan[] {
    return this.organs().map(({ record }) => {
      const alive = record.state === 'ready' && live(this.counts(now, record.organ_id)) > 0;
      return { organId: record.organ_id, skills: record.skills, alive };
    });
  }
}

/** How long the counter of an agent has stood still while its beats came, in ms. */
export const stillFor = ({ at, movedAt }: Pick<HeardBeat, 'at' | 'movedAt'>): number => at - movedAt;

function heardAgain({ beat: before }: RosterAgent, heard: Omit<HeardBeat, 'movedAt'>): HeardBeat {
  const moved = before?.instance !== heard.instance || heard.beat.seq > before.beat.seq;
  return { ...heard, movedAt: moved ? heard.at : before.movedAt };
}
