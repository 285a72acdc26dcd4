import { hostState } from './host-state.ts';
import type { Roster, RosterAgent } from './roster.ts';

/** Why an agent may be taken: nobody holds it, or whoever does is not heard. */
export type Vacancy = {
  readonly agent: RosterAgent;
  readonly why: 'free' | 'mine' | 'overdue' | { readonly silentHost: string };
};

/** What a replica knows when it looks for agents without a host. */
export type Lookout = {
  /** Its own instance. */
  readonly me: string;
  readonly now: number;
  /** True for an agent this process has already, or may not take now. */
  readonly hosted: (agent: RosterAgent) => boolean;
  /** True for an agent that was given to a host so long ago that the host will not take it any more. */
  readonly overdue: (agent: RosterAgent) => boolean;
};

/**
 * Agents this replica may have to take over: let go, its own by name, not taken by whom they were given to, or held by a
 * host that is silent. A host never heard at all is silent too: a replica that has just started asks it instead of waiting
 * for beats.
 */
export function vacancies(roster: Roster, { me, now, hosted, overdue }: Lookout): Vacancy[] {
  return roster.agents().flatMap((agent): Vacancy[] => {
    const { host, presence, archived_at, worker } = agent.holding;
    // A place of a worker goes where its worker is heard.
    if (hosted(agent) || archived_at !== undefined || worker !== undefined) return [];
    if (host === null || presence === 'gone') return [{ agent, why: 'free' }];
    if (host === me) return [{ agent, why: 'mine' }];
    if (overdue(agent)) return [{ agent, why: 'overdue' }];
    const heardAt = roster.heardAt(host);
    const suspect = heardAt === undefined || hostState(now - heardAt) === 'suspect';
    return suspect ? [{ agent, why: { silentHost: host } }] : [];
  });
}
