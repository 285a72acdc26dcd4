import type { OrganRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { Rounds } from '../agents/rounds.ts';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { AgentReport } from '../hosts/agent-report.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { Records } from '../ports.ts';
import type { Registry } from './registry.ts';
import type { Suspicions } from './suspicions.ts';

/** Interval of looking for what is too much or too old, in ms. */
const RECONCILE_MS = 15_000;
/** Interval of looking for what is missing, and after suspects, in ms. */
const LOOK_MS = 2000;
/** Rounds without work after which an agent nobody needs ends, about four hours. */
const IDLE_ROUNDS = 1000;
/** How long an archived agent stays listed and its name taken, in ms. */
const KEEP_ARCHIVED_MS = 86_400_000;

/** What reconciling stands on. */
export type ReconcilePorts = {
  readonly roster: Roster;
  readonly records: Pick<Records, 'removeAgent'>;
  readonly registry: Pick<Registry, 'create' | 'archive'>;
  readonly hosts: Pick<Hosts, 'ask'>;
  /** Longest wait for a host to say how its agents are, in ms. */
  readonly identityMs: number;
  readonly suspicions: Pick<Suspicions, 'look'>;
  readonly clock: Clock;
  /** `TIER0_STRICT_RECONCILE`: archive idle agents beyond what their organ should have. */
  readonly strict: boolean;
  /** True while an organ changes its shape. */
  readonly evolving: (organId: string) => boolean;
  readonly note: (message: string, facts: object) => void;
  readonly warn: (message: string, cause: unknown) => void;
};

/** Compares what should be with what is, in the one process that holds the lease. */
export class Reconcile {
  readonly #ports: ReconcilePorts;
  #surplus = new Map<string, number>();

  constructor(ports: ReconcilePorts) {
    this.#ports = ports;
  }

  /** Reconciles until `signal` aborts. */
  async lead(signal: AbortSignal): Promise<void> {
    const { clock, warn, suspicions } = this.#ports;
    const every = (ms: number, what: string, round: () => Promise<void>) =>
      new Rounds(clock, ms, { round, failed: (cause) => warn(`${what} failed`, cause) });
    const rounds = [
      every(LOOK_MS, 'looking after suspects', () => suspicions.look()),
      every(LOOK_MS, 'making missing agents', () => this.fill(signal)),
      every(RECONCILE_MS, 'tidying up', () => this.tidy()),
    ];
    for (const one of rounds) one.start();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.all(rounds.map((one) => one.stop()));
  }

  /** Makes the agents that organs should have and have not, each on the host that has the fewest. */
  async fill(signal: AbortSignal): Promise<void> {
    const { roster, registry, note } = this.#ports;
    for (const { organ_id, desired } of this.#working())
      for (let n = roster.members(organ_id).length; n < desired && !signal.aborted; n++) {
        const made = await registry.create({ organ_id, if_exists: 'refuse', wait_ms: 0 }, signal);
        note('an agent was missing', { organ_id, made: made.is });
        if (made.is !== 'there') break;
      }
  }

  /** Tells what is too much, removes what was archived long ago. */
  async tidy(): Promise<void> {
    for (const { organ_id, desired } of this.#working()) {
      const members = this.#ports.roster.members(organ_id);
      await this.#trim(organ_id, members, members.length - desired);
    }
    await this.#prune();
  }

  #working(): OrganRecord[] {
    return this.#ports.roster.organs().flatMap(({ record }) => (record.state === 'ready' ? [record] : []));
  }

  /** Told once for each number; the youngest idle ones go first, and only in strict mode. */
  async #trim(organId: string, members: readonly RosterAgent[], surplus: number): Promise<void> {
    const { roster, registry, clock, strict, note, evolving } = this.#ports;
    if (evolving(organId)) return; // its agents are on their way
    if (surplus <= 0) return void this.#surplus.delete(organId);
    if (this.#surplus.get(organId) !== surplus)
      note('more agents than desired', { organ_id: organId, surplus, strict });
    this.#surplus.set(organId, surplus);
    if (!strict) return this.#endIdle(members, surplus);
    const idle = members.filter((agent) => roster.presence(agent, clock.now()) === 'idle');
    const youngest = idle.sort((a, b) => b.holding.created_at.localeCompare(a.holding.created_at));
    for (const { holding, epoch } of youngest.slice(0, surplus))
      await registry.archive({ agent_id: holding.agent_id, epoch, reason: 'more than desired', force: false });
  }

  /** Who has had nothing to do for very long ends, longest first, as far as the organ has more than it wants. */
  async #endIdle(members: readonly RosterAgent[], surplus: number): Promise<void> {
    const { clock, registry } = this.#ports;
    const idle = longestIdle(await this.#idleSince(members), clock.wallMs() - IDLE_ROUNDS * RECONCILE_MS);
    for (const { agent_id, epoch } of idle.slice(0, surplus))
      await registry.archive({ agent_id, epoch, reason: `idle for ${IDLE_ROUNDS} rounds`, force: false });
  }

  /** What the hosts of idle members say; a host that does not answer says nothing. */
  async #idleSince(members: readonly RosterAgent[]): Promise<AgentReport[]> {
    const { roster, clock, hosts, identityMs } = this.#ports;
    const idle = members.filter((agent) => roster.presence(agent, clock.now()) === 'idle');
    const byHost = Map.groupBy(idle, ({ holding }) => holding.host);
    const asked = [...byHost].map(([host, agents]) =>
      host === null ? undefined : hosts.ask(host, { agentIds: agents.map((one) => one.holding.agent_id) }, identityMs),
    );
    return (await Promise.all(asked)).flatMap((reports) => reports ?? []);
  }

  async #prune(): Promise<void> {
    const { roster, records, clock } = this.#ports;
    for (const { holding, epoch } of roster.agents()) {
      const { agent_id, archived_at } = holding;
      if (archived_at !== undefined && clock.wallMs() - Date.parse(archived_at) > KEEP_ARCHIVED_MS)
        await records.removeAgent(agent_id, epoch);
    }
  }
}

/** Agents idle since before `beforeMs`, in ms since 1970, those idle for longest first. */
function longestIdle(reports: readonly AgentReport[], beforeMs: number): AgentReport[] {
  const since = ({ idle_since }: AgentReport) => (idle_since === undefined ? Number.NaN : Date.parse(idle_since));
  return reports.filter((report) => since(report) <= beforeMs).sort((a, b) => since(a) - since(b));
}
