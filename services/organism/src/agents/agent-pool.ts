import { type Candidate, chooseAgent, UNKNOWN_LATENCY_MS } from '../domain/choose-agent.ts';
import { shortOf } from '../domain/eligible.ts';
import type { LocalAgent } from './local-agent.ts';

/** Who should run what. */
export type Wanted = {
  readonly organId: string;
  /** What the agent must be able to; the first is what it shall do. */
  readonly skills: readonly [string, ...string[]];
  readonly taskId: string;
  readonly leftMs: number;
  readonly hints?: { readonly min_capability?: number | undefined; readonly affinity?: string | undefined };
  /** The only one it may be, when it was named. */
  readonly agentId?: string;
};

/** An agent, or why there is none: nobody here could ever, or all who could are busy. */
export type Taken =
  | { readonly agent: LocalAgent }
  | { readonly none: 'busy' }
  | { readonly none: 'incapable'; readonly nearest: readonly { agent_id: string; lacks: string[] }[] };

/** Most tasks that wait for an agent of this process. */
const MAX_WAITING = 256;

type Waiter = { readonly wanted: Wanted; readonly give: (agent: LocalAgent) => void };

/**
 * The agents of this process. Each runs one task at a time, which is what makes capacity exact; a task that finds all of
 * them busy waits in the order of arrival.
 */
export class AgentPool {
  readonly #agents = new Map<string, LocalAgent>();
  readonly #latencies: (skill: string, organId: string) => number | undefined;
  readonly #atOnce: (skill: string) => number | undefined;
  /** What each busy agent is doing. */
  readonly #doing = new Map<LocalAgent, string>();
  #waiting: Waiter[] = [];
  #changed: (agent: LocalAgent) => void = () => undefined;

  /**
   * @param latencies time in ms a skill of an organ takes here; undefined while nobody has run any
   * @param atOnce most runs of a skill at the same time here; undefined: as many as there are agents
   */
  constructor(
    latencies: (skill: string, organId: string) => number | undefined,
    atOnce: (skill: string) => number | undefined = () => undefined,
  ) {
    this.#latencies = latencies;
    this.#atOnce = atOnce;
  }

  /** Calls `listener` whenever an agent becomes busy or idle. */
  onChange(listener: (agent: LocalAgent) => void): void {
    this.#changed = listener;
  }

  /** Agents in id order, of one organ when named. */
  list(organId?: string): LocalAgent[] {
    return [...this.#agents.values()]
      .filter((agent) => organId === undefined || agent.organId === organId)
      .sort((a, b) => (a.agentId < b.agentId ? -1 : 1));
  }

  get(agentId: string): LocalAgent | undefined {
    return this.#agents.get(agentId);
  }

  add(agent: LocalAgent): void {
    this.#agents.set(agent.agentId, agent);
    this.#serveWaiting();
  }

  /** Somebody has become ready without having been busy. */
  someReady(): void {
    this.#serveWaiting();
  }

  /** Takes an agent out of the choice; a run it has goes on and is its last. */
  remove(agentId: string): void {
    const agent = this.#agents.get(agentId);
    this.#agents.delete(agentId);
    if (agent !== undefined && !agent.busy) agent.close();
  }

  /** An idle agent that can, made busy; or why there is none. */
  take(wanted: Wanted): Taken {
    const members = this.list(wanted.organId).filter(({ agentId }) => (wanted.agentId ?? agentId) === agentId);
    const lacking = members.map((agent) => ({ agent_id: agent.agentId, lacks: lacksOf(wanted, agent) }));
    const capable = members.filter((_, i) => lacking[i]?.lacks.length === 0);
    if (capable.length === 0) {
      const nearest = lacking.sort((a, b) => a.lacks.length - b.lacks.length).slice(0, 3);
      return { none: 'incapable', nearest };
    }
    const chosen = this.#full(wanted.skills[0]) ? undefined : this.#choose(capable, wanted);
    if (chosen === undefined) return { none: 'busy' };
    this.#doing.set(chosen, wanted.skills[0]);
    chosen.begin(wanted.taskId);
    this.#changed(chosen);
    return { agent: chosen };
  }

  /** As {@link take}, but waits while all who can are busy; rejects when `signal` aborts first. */
  async takeOrWait(wanted: Wanted, signal: AbortSignal): Promise<Taken> {
    const taken = this.take(wanted);
    if (!('none' in taken) || taken.none === 'incapable' || this.#waiting.length >= MAX_WAITING) return taken;
    const given = Promise.withResolvers<LocalAgent>();
    const waiter: Waiter = { wanted, give: given.resolve };
    const onAbort = () => {
      this.#waiting = this.#waiting.filter((other) => other !== waiter);
      given.reject(signal.reason);
    };
    if (signal.aborted) onAbort();
    else this.#waiting.push(waiter);
    signal.addEventListener('abort', onAbort, { once: true });
    try {
      return { agent: await given.promise };
    } finally {
      signal.removeEventListener('abort', onAbort);
    }
  }

  /** The agent is free again; one that was taken out meanwhile ends here. */
  release(agent: LocalAgent): void {
    this.#doing.delete(agent);
    agent.rest();
    if (this.#agents.get(agent.agentId) === agent) this.#changed(agent);
    else agent.close();
    this.#serveWaiting();
  }

  #full(skill: string): boolean {
    const running = [...this.#doing.values()].filter((one) => one === skill).length;
    return running >= (this.#atOnce(skill) ?? Number.POSITIVE_INFINITY);
  }

  #serveWaiting(): void {
    this.#waiting = this.#waiting.filter(({ wanted, give }) => {
      const taken = this.take(wanted);
      if ('agent' in taken) give(taken.agent);
      return !('agent' in taken);
    });
  }

  /** Nobody measures memory use yet; it counts as 0 for everybody. */
  #choose(capable: readonly LocalAgent[], wanted: Wanted): LocalAgent | undefined {
    const busy = capable.filter((agent) => agent.busy).length;
    const { skills, organId, hints } = wanted;
    const [skill] = skills;
    const candidates = capable
      .filter((agent) => !agent.busy && agent.ready)
      .map((agent): Candidate & { readonly agent: LocalAgent } => ({
        agent,
        agentId: agent.agentId,
        load: busy / capable.length,
        latencyMs: this.#latencies(skill, organId) ?? UNKNOWN_LATENCY_MS,
        capability: agent.ledger.capabilityIn(skill),
        memory: 0,
        affinity: agent.agentId === hints?.affinity ? 1 : 0,
        otherSpecialty: agent.specialty !== null && agent.specialty !== skill,
      }));
    return chooseAgent(candidates, { id: wanted.taskId, leftMs: wanted.leftMs })?.agent;
  }
}

function lacksOf({ skills, hints }: Wanted, { skills: own, ledger }: LocalAgent): string[] {
  const agent = { skills: own, capabilityIn: (skill: string) => ledger.capabilityIn(skill) };
  return shortOf(skills, { minCapability: hints?.min_capability ?? 0 }, agent);
}
