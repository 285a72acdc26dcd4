import type { OrganRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { Keeper } from '../agents/keeper.ts';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { Hosts } from '../hosts/hosts.ts';
import type { AgentMemory, Announcements, Held, Records } from '../ports.ts';
import type { Awaited, Patience } from './awaited.ts';

/** After so long an agent that is busy may be asked again, in ms. */
export const BUSY_RETRY_MS = 1000;
/** How often a change is tried again when somebody else's came between. */
export const TRIES = 5;

/** What the registry stands on. */
export type RegistryPorts = {
  readonly me: string;
  readonly records: Records;
  readonly roster: Roster;
  readonly keeper: Pick<Keeper, 'create'>;
  readonly awaited: Awaited;
  readonly hosts: Pick<Hosts, 'ask'>;
  readonly memory: Pick<AgentMemory, 'archive'>;
  readonly announcements: Announcements;
  readonly clock: Clock;
  /** Longest wait for the holder of an agent to say who it is, in ms. */
  readonly identityMs: number;
  readonly warn: (message: string, cause: unknown) => void;
};

/** Now, as records say it. */
export const timeOf = ({ clock }: Pick<RegistryPorts, 'clock'>): string => new Date(clock.wallMs()).toISOString();

/** Takes a record into account before the watch brings it. */
export function learn({ roster }: Pick<RegistryPorts, 'roster'>, { holding, epoch }: Held): RosterAgent {
  roster.apply({ kind: 'agent', id: holding.agent_id, value: holding, rev: epoch });
  return roster.agent(holding.agent_id) ?? { holding, epoch, beat: undefined };
}

/** An agent once its host has it, at `epoch` or later; what is known of it at once when nobody wants to wait. */
export async function whenReady(
  { agentId, epoch }: { readonly agentId: string; readonly epoch: number },
  patience: Patience,
  { roster, awaited }: Pick<RegistryPorts, 'roster' | 'awaited'>,
): Promise<RosterAgent | undefined> {
  if (patience.ms === 0) return roster.agent(agentId);
  const look = () => {
    const agent = roster.agent(agentId);
    return agent !== undefined && agent.epoch >= epoch && agent.holding.presence === 'ready' ? agent : undefined;
  };
  return awaited.until(agentId, look, patience);
}

/** How many agents an organ has that may have no more, those that are `coming` included; undefined while it has room. */
export function fullness(
  { organ_id, max_agents: max }: OrganRecord,
  coming: number,
  { roster }: Pick<RegistryPorts, 'roster'>,
): { readonly live: number; readonly max: number } | undefined {
  const live = roster.members(organ_id).length + coming;
  return live >= max ? { live, max } : undefined;
}
