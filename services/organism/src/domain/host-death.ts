import { HOST_SILENT_MS, type Roster, type RosterAgent } from './roster.ts';

/** Why an agent may be taken: nobody holds it, or whoever does is not heard. */
export type Vacancy = { readonly agent: RosterAgent; readonly why: 'free' | 'mine' | { readonly silentHost: string } };

/** What a replica knows when it looks for agents without a host. */
export type Lookout = {
  /** Its own instance. */
  readonly me: string;
  readonly now: number;
  /** True for an agent this process hosts already. */
  readonly hosted: (agentId: string) => boolean;
};

/**
 * Agents this replica may have to take over: let go, its own by name, or held by a host that is silent. A host never
 * heard at all is silent too: a replica that has just started asks it instead of waiting for beats.
 */
export function vacancies(roster: Roster, { me, now, hosted }: Lookout): Vacancy[] {
  return roster.agents().flatMap((agent): Vacancy[] => {
    const { host, presence, agent_id } = agent.holding;
    if (hosted(agent_id)) return [];
    if (host === null || presence === 'gone') return [{ agent, why: 'free' }];
    if (host === me) return [{ agent, why: 'mine' }];
    const heardAt = roster.heardAt(host);
    return heardAt === undefined || now - heardAt > HOST_SILENT_MS ? [{ agent, why: { silentHost: host } }] : [];
  });
}
