import type { organism } from '@seedcore/contracts';
import type { Clock, Output } from '@seedcore/protocol';
import type { AgentPool } from '../agents/agent-pool.ts';
import { grownOf } from '../domain/growth/lifecycle.ts';
import { type SkillKinds, skillsOf } from '../domain/learnt-skills.ts';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { AgentReport } from '../hosts/agent-report.ts';
import type { Reports } from '../registry/reports.ts';

/** What the line of an agent is made from. */
export type AgentLinePorts = {
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly reports: Reports;
  readonly skillset: SkillKinds;
  readonly clock: Clock;
};

/** An agent as a list shows it. */
export type AgentLine = Output<typeof organism.endpoints.list_agents>['agents'][number];

/** What is known of an agent here: its record, its last beat, and what it or its host last said. */
export function agentLine(agent: RosterAgent, ports: AgentLinePorts, report?: AgentReport): AgentLine {
  const { roster, clock, skillset } = ports;
  const { agent_id, organ_id, host, specialty, roles, created_at, archived_at } = agent.holding;
  const now = clock.now();
  const heard = agent.beat?.instance === host ? agent.beat : undefined;
  const organ = roster.organ(organ_id)?.record;
  const standing = standingOf(agent_id, ports, report);
  const prior = organ?.role_prior ?? { e: 1 / 3, s: 1 / 3, o: 1 / 3 };
  return {
    ...{ agent_id, organ_id, host, specialty, created_at },
    skills: skillsOf(agent.holding, organ, skillset),
    epoch: agent.epoch,
    kind: agent.holding.worker === undefined ? 'thread' : 'remote',
    presence: roster.presence(agent, now),
    ...figuresOf(standing),
    lifecycle: archived_at === undefined ? grownOf(standing?.lifecycle ?? null) : 'archived',
    roles: standing?.p ?? roles ?? prior,
    idle_since: idleSince(agent_id, ports, report),
    load: heard?.beat.load ?? null,
    progress: heard?.beat.progress ?? null,
    age_ms: heard === undefined ? null : Math.max(0, Math.round(now - heard.at)),
  };
}

type Told = AgentReport['standing'];

function standingOf(agentId: string, { pool, reports }: AgentLinePorts, report?: AgentReport): Told | undefined {
  return pool.get(agentId)?.ledger.standing ?? (report ?? reports.get(agentId)?.report)?.standing;
}

const figuresOf = (standing: Told | undefined) => ({
  capability: standing?.c ?? null,
  tasks_processed: standing?.counters.tasks ?? null,
  successful_tasks: standing?.counters.ok ?? null,
  quality_scores: standing === undefined ? null : [...standing.quality],
});

function idleSince(agentId: string, { pool }: AgentLinePorts, report: AgentReport | undefined): string | null {
  const here = pool.get(agentId)?.idleSince;
  return here === undefined ? (report?.idle_since ?? null) : new Date(here).toISOString();
}
