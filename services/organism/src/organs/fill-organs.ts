import type { Clock } from '@seedcore/protocol';
import { missingAgents } from '../domain/missing-agents.ts';
import type { Roster, RosterOrgan } from '../domain/roster.ts';
import type { OrganRecords } from './organ-records.ts';

/** What filling organs stands on. */
export type FillPorts = {
  readonly me: string;
  readonly roster: Roster;
  readonly records: Pick<OrganRecords, 'create'>;
  readonly clock: Clock;
};

/**
 * Makes the agents that organs should have and have not. Every replica may: the names are the same everywhere, and one
 * creation of a name succeeds. Whoever is named in the record takes the agent when it next looks.
 */
export async function fillOrgans(ports: FillPorts): Promise<void> {
  for (const organ of ports.roster.organs()) if (organ.record.state === 'ready') await fill(organ, ports);
}

async function fill({ record }: RosterOrgan, { me, roster, records, clock }: FillPorts): Promise<void> {
  const { organ_id, skills, specialty } = record;
  const living = roster.members(organ_id).length;
  const now = new Date(clock.wallMs()).toISOString();
  for (const agent_id of missingAgents(record, living, (id) => roster.agent(id) !== undefined)) {
    const holding = { agent_id, organ_id, skills: [...skills], specialty, created_at: now, held_since: now };
    await records.create({ ...holding, host: me, presence: 'ready' });
  }
}
