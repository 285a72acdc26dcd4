import type { Arrangement, OrganRecord } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import { type AgentPlace, copyOf, placeAgent, placeOrgan } from '../domain/evolution/place-agent.ts';
import type { Roster } from '../domain/roster.ts';
import type { OrganRecords } from '../organs/organ-records.ts';
import type { AgentMemory, Announcements } from '../ports.ts';

/** What arranging stands on. */
export type ArrangePorts = {
  readonly organs: Pick<OrganRecords, 'change' | 'create' | 'place'>;
  readonly roster: Pick<Roster, 'members' | 'organ'>;
  readonly memory: Pick<AgentMemory, 'archive' | 'copy'>;
  readonly announcements: Pick<Announcements, 'archived' | 'created' | 'moved'>;
  readonly clock: Clock;
};

/** How organs and agents are arranged. */
export type Arranging = {
  readonly target: Arrangement;
  /** Why, for the records of agents that end. */
  readonly why: string;
  /** True for a way back: agents that have joined an organ which ends end too, and state need not answer. */
  readonly back: boolean;
  /** Throws when this process may not go on. */
  readonly check: () => void;
};

/**
 * Brings organs and agents to where they shall be by changes of records, each of which changes nothing when it is made again:
 * whoever goes on after a crash just begins anew.
 *
 * @returns what cannot be: agents that are not there any more
 */
export async function arrange(arranging: Arranging, ports: ArrangePorts): Promise<string[]> {
  const { target, back, check } = arranging;
  for (const organ of target.organs) await organAt(organ, { ...arranging, last: false }, ports);
  const problems: string[] = [];
  for (const place of [...target.agents, ...(back ? strangers(target, ports) : [])]) {
    check();
    if (!(await agentAt(place, arranging, ports))) problems.push(`${place.agent_id} is gone`);
  }
  for (const organ of target.organs) await organAt(organ, { ...arranging, last: true }, ports);
  return problems;
}

async function organAt(
  organ: OrganRecord,
  { check, last }: Arranging & { readonly last: boolean },
  { organs }: ArrangePorts,
): Promise<void> {
  check();
  await organs.change(organ.organ_id, (now) => {
    if (now === undefined && organ.heir !== undefined) return 'skip'; // never came to be
    const next = placeOrgan(now, organ, last);
    return now !== undefined && sameOrgan(now, next) ? 'skip' : next;
  });
}

const sameOrgan = (a: OrganRecord, b: OrganRecord): boolean =>
  JSON.stringify(Object.entries(a).sort()) === JSON.stringify(Object.entries(b).sort());

/** Agents an organ that ends has come to have meanwhile. */
const strangers = ({ organs, agents }: Arrangement, { roster }: ArrangePorts): AgentPlace[] =>
  organs
    .filter(({ heir }) => heir !== undefined)
    .flatMap(({ organ_id }) => roster.members(organ_id))
    .filter(({ holding }) => !agents.some(({ agent_id }) => agent_id === holding.agent_id))
    .map(({ holding: { agent_id, organ_id } }) => ({ agent_id, organ_id, archived: true }));

/** False when the agent is not there and cannot be made. */
async function agentAt(place: AgentPlace, arranging: Arranging, ports: ArrangePorts): Promise<boolean> {
  const { organs, clock } = ports;
  const at = new Date(clock.wallMs()).toISOString();
  const written = await organs.place(place.agent_id, (now) => placeAgent(now, place, { at, why: arranging.why }));
  if (written === undefined) return place.archived || (await copied(place, at, ports));
  const { now, before, epoch } = written;
  const { agent_id, organ_id, host } = now;
  if (place.archived) await forget({ agentId: agent_id, epoch }, arranging, ports);
  if (before === undefined) return true;
  const { organ_id: was, host: wasHost } = before;
  if (place.archived) ports.announcements.archived({ agent_id, organ_id, epoch, reason: arranging.why });
  else if (host !== null)
    ports.announcements.moved({
      ...{ agent_id, organ_id, host, epoch },
      was: { organ_id: was, ...(wasHost === null ? {} : { host: wasHost }) },
    });
  return true;
}

/** State is told again by whoever goes on, until it has heard; on the way back nobody waits for it. */
async function forget(
  agent: { readonly agentId: string; readonly epoch: number },
  { back }: Arranging,
  { memory }: ArrangePorts,
): Promise<void> {
  const told = memory.archive(agent);
  if (back) await Promise.allSettled([told]);
  else await told;
}

/** Makes a copy of another agent, with what state knows of that one. */
async function copied(place: AgentPlace, at: string, { organs, memory }: ArrangePorts): Promise<boolean> {
  if (place.like === undefined) return false;
  const source = await organs.place(place.like, () => 'skip');
  if (source === undefined) return false;
  await memory.copy({ from: place.like, to: place.agent_id, organId: place.organ_id });
  await organs.create(copyOf(source.now, place, at));
  return true;
}
