import type { organism } from '@seedcore/contracts';
import { type Clock, type Handler, type Output, ok } from '@seedcore/protocol';
import type { AgentPool } from '../agents/agent-pool.ts';
import { live, type Roster, type RosterHost } from '../domain/roster.ts';

/** What the status of the whole is made from. */
export type OrganismStatusPorts = {
  readonly me: string;
  readonly roster: Roster;
  readonly pool: AgentPool;
  readonly clock: Clock;
  readonly initialized: () => boolean;
  readonly vitals: Vitals;
};

/** What only the process itself knows of itself. */
export type Vitals = { readonly lagMs: () => number; readonly rssMb: () => number };

type HostLine = Output<typeof organism.endpoints.get_organism_status>['hosts'][number];

/** The whole in one look. */
export function getOrganismStatus(ports: OrganismStatusPorts): Handler<typeof organism.endpoints.get_organism_status> {
  const { roster, clock, initialized } = ports;
  return () => {
    const now = clock.now();
    const agents = roster.counts(now);
    const waiting = lacking(roster, now);
    return ok({
      state: !initialized() ? 'starting' : waiting.length > 0 ? 'degraded' : 'ready',
      initialized: initialized(),
      routing_epoch: roster.epoch,
      organs: roster.organs().length,
      agents,
      running: agents.busy + agents.slow,
      hosts: roster.hosts(now).map((host) => hostLine(host, now, ports)),
      waiting_for: initialized() ? waiting : ['records of organs and agents', ...waiting],
    });
  };
}

/** Organs with fewer live agents than they should have, one phrase each. */
export function lacking(roster: Roster, now: number): string[] {
  return roster.organs().flatMap(({ record: { organ_id, desired, state } }) => {
    const there = live(roster.counts(now, organ_id));
    return state === 'ready' && there < desired ? [`agents of ${organ_id}: ${there} of ${desired}`] : [];
  });
}

function hostLine({ id, at }: RosterHost, now: number, { me, roster, pool, vitals }: OrganismStatusPorts): HostLine {
  const hosted = roster.agents().filter(({ holding }) => holding.host === id);
  const busy = hosted.filter((agent) => ['busy', 'slow'].includes(roster.presence(agent, now))).length;
  const line = { id, agents: hosted.length, busy, age_ms: Math.max(0, Math.round(now - at)) };
  if (id !== me) return { ...line, threads: null, stuck_threads: null, lag_ms: null, rss_mb: null };
  const threads = pool.list().map((agent) => agent.threads);
  const sum = (field: 'alive' | 'stuck') => threads.reduce((total, one) => total + one[field], 0);
  return {
    ...line,
    threads: sum('alive'),
    stuck_threads: sum('stuck'),
    lag_ms: vitals.lagMs(),
    rss_mb: vitals.rssMb(),
  };
}
