import type { Clock } from '@seedcore/protocol';
import type { Roster, RosterAgent } from '../domain/roster.ts';
import type { AgentReport } from '../hosts/agent-report.ts';
import type { Hosts } from '../hosts/hosts.ts';
import { askInTurns } from './ask-in-turns.ts';
import type { KeptReport, Reports } from './reports.ts';

/** Share of its turn in which a host waits for the threads of its agents; the rest is for its answer. */
const PROBE_SHARE = 0.7;
/** Of more than so many targets for each that has the turn at once, the rest is the next page. */
const TARGETS_PER_TURN = 40;

/** What collecting stands on. */
export type CollectPorts = {
  readonly roster: Roster;
  readonly reports: Reports;
  readonly hosts: Pick<Hosts, 'ask'>;
  readonly clock: Clock;
  /** `TIER0_TP_MAX`: most targets that have the turn at once. */
  readonly atOnce: number;
};

/** Which agents, by when, and how old an answer may be. */
export type Collection = {
  readonly agentIds: readonly string[];
  /** The end, on the clock of this process. */
  readonly endsAt: number;
  readonly maxAgeMs: number;
  readonly probe: boolean;
};

/** What is known of one agent at the end. */
export type Collected = {
  readonly source: 'live' | 'cached' | 'none';
  readonly age_ms?: number;
  readonly responding?: boolean;
  readonly error?: 'timeout' | 'unknown_agent' | 'starting' | 'gone' | 'archived' | 'not_asked';
  readonly report?: AgentReport;
};

/** The agents of a page: no more than `limit`, on no more hosts than can have their turn in time. */
export function pageOf(
  agentIds: readonly string[],
  { limit, cursor }: { readonly limit: number; readonly cursor: string | undefined },
  { roster, atOnce }: Pick<CollectPorts, 'roster' | 'atOnce'>,
): { readonly ids: readonly string[]; readonly next: string | undefined } {
  const sorted = [...new Set(agentIds)].sort().filter((id) => cursor === undefined || id > cursor);
  const targets = new Set<string>();
  const ids: string[] = [];
  for (const id of sorted) {
    const host = roster.agent(id)?.holding.host;
    if (host !== undefined && host !== null) targets.add(host);
    if (ids.length >= limit || targets.size > TARGETS_PER_TURN * atOnce) break;
    ids.push(id);
  }
  return { ids, next: ids.length < sorted.length ? ids.at(-1) : undefined };
}

/** What every agent says of itself, or what it last said: at the end that was fixed, whoever hangs. */
export async function collect(collection: Collection, ports: CollectPorts): Promise<ReadonlyMap<string, Collected>> {
  const { clock, atOnce } = ports;
  const known = new Map(collection.agentIds.map((id) => [id, beforeAsking(id, collection, ports)]));
  const byHost = new Map<string, string[]>();
  for (const [id, found] of known) {
    const host = found === undefined ? ports.roster.agent(id)?.holding.host : undefined;
    if (host !== undefined && host !== null) byHost.set(host, [...(byHost.get(host) ?? []), id]);
  }
  const asked = new Set<string>();
  const answers = await askInTurns<readonly AgentReport[]>([...byHost.keys()], {
    clock,
    endsAt: collection.endsAt,
    atOnce,
    ask: (host, { ms, turnMs }) => {
      asked.add(host);
      const probe = collection.probe ? { probeMs: Math.max(1, PROBE_SHARE * turnMs) } : {};
      return ports.hosts.ask(host, { agentIds: byHost.get(host) ?? [], ...probe }, ms);
    },
  });
  const reports = new Map([...answers.values()].flat().map((report) => [report.agent_id, report]));
  return new Map(
    [...known].map(([id, found]) => {
      const agent = ports.roster.agent(id);
      const host = agent?.holding.host ?? '';
      return [id, found ?? afterAsking({ id, report: reports.get(id), asked: asked.has(host) }, ports)];
    }),
  );
}

/** What can be said without asking; undefined when the agent has to be asked. */
function beforeAsking(id: string, { maxAgeMs, probe }: Collection, ports: CollectPorts): Collected | undefined {
  const agent = ports.roster.agent(id);
  if (agent === undefined) return { source: 'none', error: 'unknown_agent' };
  const error = unreachable(agent);
  const kept = ports.reports.get(id);
  if (error !== undefined) return { ...cached(kept, ports.clock), error };
  if (probe || maxAgeMs === 0 || kept === undefined || ports.clock.now() - kept.at > maxAgeMs) return undefined;
  return cached(kept, ports.clock);
}

function unreachable({ holding }: RosterAgent): Collected['error'] {
  if (holding.archived_at !== undefined) return 'archived';
  if (holding.host === null || holding.presence === 'gone') return 'gone';
  return holding.presence === 'starting' ? 'starting' : undefined;
}

function afterAsking(
  { id, report, asked }: { id: string; report: AgentReport | undefined; asked: boolean },
  { reports, clock }: CollectPorts,
): Collected {
  if (report === undefined) return { ...cached(reports.get(id), clock), error: asked ? 'timeout' : 'not_asked' };
  const kept = reports.answered(report);
  if (report.responding === false) return { ...cached(kept, clock), responding: false, error: 'timeout' };
  const age_ms = Math.max(0, Math.round(clock.now() - kept.at));
  const responding = report.responding === undefined ? {} : { responding: report.responding };
  return { source: 'live', age_ms, ...responding, report };
}

function cached(kept: KeptReport | undefined, clock: Clock): Collected {
  if (kept === undefined) return { source: 'none' };
  return { source: 'cached', age_ms: Math.max(0, Math.round(clock.now() - kept.at)), report: kept.report };
}
