import type { organism } from '@seedcore/contracts';
import { type Clock, delay, type Handler, type Output, ok } from '@seedcore/protocol';
import type { AgentPool } from '../agents/agent-pool.ts';
import { hostState } from '../domain/host-state.ts';
import type { Roster, RosterHost } from '../domain/roster.ts';
import { lacking, wholeState } from '../organs/whole-state.ts';
import type { RoutingTable } from '../routing/routing-table.ts';

/** What the status of the whole is made from. */
export type OrganismStatusPorts = {
  readonly me: string;
  readonly roster: Roster;
  readonly table: Pick<RoutingTable, 'epoch'>;
  readonly pool: AgentPool;
  readonly clock: Clock;
  readonly initialized: () => boolean;
  readonly vitals: Vitals;
  /** Tasks that wait in the queue of an organ; undefined when that cannot be read. */
  readonly waiting: (organId: string) => Promise<number | undefined>;
};

/** What only the process itself knows of itself. */
export type Vitals = {
  /** Delay of the event loop: of half of all turns so far at most, and of 99 of 100. */
  readonly lagMs: () => number;
  readonly lagP99Ms: () => number;
  readonly rssMb: () => number;
};

type HostLine = Output<typeof organism.endpoints.get_organism_status>['hosts'][number];

/** The whole in one look. */
export function getOrganismStatus(ports: OrganismStatusPorts): Handler<typeof organism.endpoints.get_organism_status> {
  const { roster, clock, initialized } = ports;
  return async () => {
    const now = clock.now();
    const agents = roster.counts(now);
    const waiting = lacking(roster, now);
    return ok({
      state: wholeState(roster, now, initialized()),
      initialized: initialized(),
      routing_epoch: ports.table.epoch,
      organs: roster.organs().length,
      agents,
      running: agents.busy + agents.slow,
      queued: await queuedIn(ports),
      hosts: roster.hosts(now).map((host) => hostLine(host, now, ports)),
      waiting_for: initialized() ? waiting : ['records of organs and agents', ...waiting],
    });
  };
}

/** Null while that takes longer than a look at the whole may: a broker without a leader holds up nothing else. */
async function queuedIn({ roster, waiting, clock }: OrganismStatusPorts): Promise<number | null> {
  const over = new AbortController();
  const late = delay(clock, QUEUED_MS, over.signal).then(nothing, nothing);
  const counts = Promise.all(roster.organs().map(({ record }) => waiting(record.organ_id)));
  try {
    const known = await Promise.race([counts, late]);
    return known?.reduce<number | null>((sum, n) => (sum === null || n === undefined ? null : sum + n), 0) ?? null;
  } finally {
    over.abort();
  }
}

/** Longest wait for the lengths of queues, in ms. */
const QUEUED_MS = 300;

const nothing = () => undefined;

function hostLine({ id, at }: RosterHost, now: number, { me, roster, pool, vitals }: OrganismStatusPorts): HostLine {
  const hosted = roster.agents().filter(({ holding }) => holding.host === id);
  const busy = hosted.filter((agent) => ['busy', 'slow'].includes(roster.presence(agent, now))).length;
  const state = hostState(now - at);
  const line = { id, state, agents: hosted.length, busy, age_ms: Math.max(0, Math.round(now - at)) };
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
