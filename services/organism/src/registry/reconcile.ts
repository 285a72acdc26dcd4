import type { Clock } from '@seedcore/protocol';
import { Rounds } from '../agents/rounds.ts';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { AgentReport } from '../hosts/agent-report.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { Records } from '../ports.ts';
import type { Registry } from './registry.ts';
import type { Suspicions } from './suspicions.ts';

/** Interval of reconciling, and of looking after suspects, in ms. */
const RECONCILE_MS = 15_000;
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
    const rounds = [
      new Rounds(clock, LOOK_MS, { round: () => suspicions.look(), failed: (cause) => warn('looking failed', cause) }),
      new Rounds(clock, RECONCILE_MS, {
        round: () => this.look(signal),
        failed: (cause) => warn('reconciling failed', cause),
      }),
    ];
    for (const one of rounds) one.start();
    await new Promise<void>((resolve) => {
      if (signal.aborted) resolve();
      signal.addEventListener('abort', () => resolve(), { once: true });
    });
    await Promise.all(rounds.map((one) => one.stop()));
  }

  /** One comparison: creates what is missing, tells what is too much, removes what was archived long ago. */
  async look(signal: AbortSignal): Promise<void> {
    const { roster } = this.#ports;
    for (const { record } of roster.organs()) {
      if (record.state !== 'ready') continue;
      const members = roster.members(record.organ_id);
      for (let n = members.length; n < record.desired && !signal.aborted; n++)
        await this.#fill(record.organ_id, signal);
      await this.#trim(record.organ_id, members, members.length - record.desired);
    }
    await this.#prune();
  }

  async #fill(organ_id: string, signal: AbortSignal): Promise<void> {
    const { registry, note } = this.#ports;
    const made = await registry.create({ organ_id, if_exists: 'refuse', wait_ms: 0 }, signal);
    note('an agent was missing', { organ_id, made: made.is });
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
