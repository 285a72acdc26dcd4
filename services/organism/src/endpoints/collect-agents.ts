import type { organism } from '@seedcore/contracts';
import { type Call, type Handler, type Input, ok } from '@seedcore/protocol';
import { heartbeatOf, statsOf } from '../domain/telemetry.ts';
import { type Collected, type CollectPorts, collect, pageOf } from '../registry/collect.ts';

/** Time of a call that is kept for its answer, in ms. */
const ANSWER_MS = 50;

/** What collecting telemetry stands on. */
export type TelemetryPorts = CollectPorts & {
  /** `TIER0_HEARTBEAT_TIMEOUT` and `TIER0_STATS_TIMEOUT`, in ms. */
  readonly heartbeatMs: number;
  readonly statsMs: number;
  readonly collected: (kind: 'heartbeats' | 'stats', ms: number, sources: readonly Collected['source'][]) => void;
};

type Asked = Input<typeof organism.endpoints.collect_heartbeats>;

/** What every agent says of itself. */
export function collectHeartbeats(ports: TelemetryPorts): Handler<typeof organism.endpoints.collect_heartbeats> {
  return async (asked, call) => {
    const { found, ...summary } = await gathered('heartbeats', asked, { call, ports });
    const lines = found.map(([id, { report, ...how }]) => {
      const agent = ports.roster.agent(id);
      const prior = agent && ports.roster.organ(agent.holding.organ_id)?.record.role_prior;
      const roles = agent?.holding.roles ?? prior;
      if (report === undefined || roles === undefined) return [id, how] as const;
      return [
        id,
        { ...how, heartbeat: heartbeatOf(report.standing, roles, agent?.holding.archived_at !== undefined) },
      ] as const;
    });
    return ok({ ...summary, agents: Object.fromEntries(lines) });
  };
}

/** Figures of every agent. */
export function collectAgentStats(ports: TelemetryPorts): Handler<typeof organism.endpoints.collect_agent_stats> {
  return async (asked, call) => {
    const { found, ...summary } = await gathered('stats', asked, { call, ports });
    const lines = found.map(
      ([id, { report, ...how }]) =>
        [id, report === undefined ? how : { ...how, stats: statsOf(report.standing) }] as const,
    );
    return ok({ ...summary, agents: Object.fromEntries(lines) });
  };
}

type Way = { readonly call: Call; readonly ports: TelemetryPorts };

async function gathered(kind: 'heartbeats' | 'stats', asked: Asked, { call, ports }: Way) {
  const { clock, roster, heartbeatMs, statsMs, collected } = ports;
  const startedAt = clock.now();
  const usual = kind === 'heartbeats' ? heartbeatMs : statsMs;
  const ms = Math.max(1, Math.min(asked.timeout_ms ?? usual, call.left() - ANSWER_MS));
  const wanted = asked.agent_ids ?? everybody(ports);
  const { ids, next } = pageOf(wanted, { limit: asked.limit, cursor: asked.cursor }, { roster, atOnce: ports.atOnce });
  const collection = { agentIds: ids, endsAt: startedAt + ms, maxAgeMs: asked.max_age_ms, probe: asked.probe };
  const found = [...(await collect(collection, ports))];
  const tookMs = clock.now() - startedAt;
  const sources = found.map(([, { source }]) => source);
  collected(kind, tookMs, sources);
  const count = (wantedSource: Collected['source']) => sources.filter((source) => source === wantedSource).length;
  return {
    found,
    collected_at: new Date(clock.wallMs()).toISOString(),
    took_ms: Math.round(tookMs),
    requested: ids.length,
    fresh: count('live'),
    cached: count('cached'),
    missing: count('none'),
    partial: next !== undefined || found.some(([, { error }]) => error !== undefined),
    ...(next === undefined ? {} : { next_cursor: next }),
  };
}

/** Agents that were not archived. */
const everybody = ({ roster }: TelemetryPorts): string[] =>
  roster
    .agents()
    .filter(({ holding }) => holding.archived_at === undefined)
    .map(({ holding }) => holding.agent_id);
