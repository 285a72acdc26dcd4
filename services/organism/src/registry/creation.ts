import type { OrganRecord } from '@seedcore/contracts';
import type { Made } from '../agents/keeper.ts';
import { type AgentSpec, type Difference, differences, newHolding } from '../domain/agent-spec.ts';
import { chooseHost } from '../domain/choose-host.ts';
import type { RosterAgent } from '../domain/roster.ts';
import { fullness, type RegistryPorts, timeOf, whenReady } from './registry-ports.ts';

/** Most names tried for an agent that brought none: an organ has at most a hundred agents. */
const MAX_NAMES = 200;

/** An agent to be created. */
export type Creation = AgentSpec & {
  readonly organ_id: string;
  readonly agent_id?: string | undefined;
  readonly if_exists: 'reuse' | 'refuse';
  readonly wait_ms: number;
};

/** What came of it. */
export type Created =
  | {
      readonly is: 'there';
      readonly agent: RosterAgent;
      readonly created: boolean;
      readonly differs: readonly Difference[];
    }
  | { readonly is: 'unknown_organ' }
  | { readonly is: 'name_taken'; readonly agentId: string; readonly archivedAt: string | undefined }
  | { readonly is: 'at_capacity'; readonly live: number; readonly max: number }
  | { readonly is: 'start_failed'; readonly agentId: string; readonly reason: 'not_ready' | 'no_free_name' };

type Named = Creation & { readonly agent_id: string };

/** Makes agents: a name is taken by one create-only write, and of all who race for it one has created the agent. */
export class Creations {
  readonly #ports: RegistryPorts;
  /** Creations under way by organ, which count as agents. */
  readonly #coming = new Map<string, number>();

  constructor(ports: RegistryPorts) {
    this.#ports = ports;
  }

  /** Creates an agent, or finds the one of that name. */
  async make(wish: Creation, signal: AbortSignal): Promise<Created> {
    const organ = this.#ports.roster.organ(wish.organ_id)?.record;
    if (organ === undefined) return { is: 'unknown_organ' };
    const { agent_id } = wish;
    if (agent_id !== undefined) return this.#createNamed(organ, { ...wish, agent_id }, signal);
    return this.#createNext(organ, wish, signal);
  }

  async #createNext(organ: OrganRecord, wish: Creation, signal: AbortSignal): Promise<Created> {
    const { roster } = this.#ports;
    for (let n = 0; n < MAX_NAMES; n++) {
      const agent_id = `${organ.organ_id}_agent_${n}`;
      if (roster.agent(agent_id) !== undefined) continue;
      const made = await this.#createNamed(organ, { ...wish, agent_id, if_exists: 'refuse' }, signal);
      if (made.is !== 'name_taken') return made;
    }
    return { is: 'start_failed', agentId: `${organ.organ_id}_agent_${MAX_NAMES}`, reason: 'no_free_name' };
  }

  async #createNamed(organ: OrganRecord, wish: Named, signal: AbortSignal): Promise<Created> {
    const known = await this.#known(wish.agent_id, organ);
    if ('is' in known) return known;
    const made = known.held ?? (await this.#make(organ, wish));
    if (made === 'no_host') return { is: 'start_failed', agentId: wish.agent_id, reason: 'not_ready' };
    const { holding, epoch, created } = made;
    if (!created && (wish.if_exists === 'refuse' || holding.archived_at !== undefined))
      return { is: 'name_taken', agentId: wish.agent_id, archivedAt: holding.archived_at };
    const agent = await whenReady({ agentId: wish.agent_id, epoch }, { ms: wish.wait_ms, signal }, this.#ports);
    if (agent === undefined) return { is: 'start_failed', agentId: wish.agent_id, reason: 'not_ready' };
    return { is: 'there', agent, created, differs: created ? [] : differences(holding, organ, wish) };
  }

  /** The agent of that name, when an organ that is full makes it worth asking; else nothing, and the write will tell. */
  async #known(agentId: string, organ: OrganRecord): Promise<Created | { readonly held: Made | undefined }> {
    const { records } = this.#ports;
    const full = fullness(organ, this.#coming.get(organ.organ_id) ?? 0, this.#ports);
    if (full === undefined) return { held: undefined };
    const held = await records.readAgent(agentId);
    return held === undefined ? { is: 'at_capacity', ...full } : { held: { ...held, created: false } };
  }

  async #make(organ: OrganRecord, wish: Named) {
    const { me, roster, keeper, announcements, clock } = this.#ports;
    const host = chooseHost(roster, { me, now: clock.now() });
    if (host === undefined) return 'no_host';
    const { organ_id } = organ;
    const { agent_id } = wish;
    const counts = roster.agent(agent_id) === undefined;
    if (counts) this.#coming.set(organ_id, (this.#coming.get(organ_id) ?? 0) + 1);
    try {
      const facts = { agentId: agent_id, host, ready: host === me, at: timeOf(this.#ports) };
      const made = await keeper.create(newHolding(organ, wish, facts));
      if (made.created) announcements.created({ agent_id, organ_id, host, epoch: made.epoch });
      return made;
    } finally {
      if (counts) this.#coming.set(organ_id, (this.#coming.get(organ_id) ?? 1) - 1);
    }
  }
}
