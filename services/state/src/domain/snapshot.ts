import type { AgentRecord, AggregatedState, StateParts } from '@seedcore/contracts';
import { canonicalJson, sha256 } from '@seedcore/protocol';
import { agentsPart, memoryPart, organsPart, systemPart } from './snapshot-parts.ts';
import type { SeenAgent, SnapshotSource } from './snapshot-source.ts';
import { summaryOf } from './state-summary.ts';

/** What a picture should show. */
export type SnapshotRequest = {
  readonly type: AggregatedState['aggregation_type'];
  readonly sinceS: number;
  readonly agentIds: readonly string[] | undefined;
  readonly wallMs: number;
};

/** Most agents with all their fields in one picture; more do not fit into one message. */
export const MOST_SHOWN = 500;

/** A picture, or the number of agents when they are too many for one. */
export type Snapshot =
  | { readonly ok: true; readonly value: AggregatedState }
  | { readonly ok: false; readonly agents: number };

/** Assembles a picture out of what this replica knows; nothing missing is filled in. */
export function snapshotOf(source: SnapshotSource, request: SnapshotRequest): Snapshot {
  const asked = request.agentIds === undefined ? undefined : new Set(request.agentIds);
  const live = source.agents.filter(({ record }) => !record.archived);
  const chosen = live.filter(({ record }) => asked === undefined || asked.has(record.agent_id));
  const all = partsOf(source, live, chosen);
  const shown = request.type === 'recent' ? { agents: recentPart(source, chosen, request) } : all;
  const isSummary = request.type === 'summary';
  const agents = shown.agents.data.length;
  if (!isSummary && agents > MOST_SHOWN) return { ok: false, agents };
  const archived = source.agents.length - live.length;
  return {
    ok: true,
    value: {
      aggregation_type: request.type,
      at: new Date(request.wallMs).toISOString(),
      version: versionOf(source),
      snapshot_id: snapshotId(source),
      completeness: Math.min(...Object.values(shown).map(({ completeness }) => completeness)),
      parts: isSummary ? {} : shown,
      ...(isSummary ? { summary: summaryOf(chosen, archived) } : {}),
    },
  };
}

/** The four parts; organs and system are of everybody, whichever agents are chosen. */
export const partsOf = (
  source: SnapshotSource,
  live: readonly SeenAgent[],
  chosen: readonly SeenAgent[],
): StateParts => ({
  agents: agentsPart(chosen, source.buckets.agents),
  organs: organsPart(source.organs, live, source.buckets.organs),
  system: systemPart(live, source.census),
  memory: memoryPart(source.facts, source.buckets.memory),
});

/** Agents whose record changed, or who were heard of, within the last `sinceS`. */
function recentPart(source: SnapshotSource, chosen: readonly SeenAgent[], { sinceS, wallMs }: SnapshotRequest) {
  const isRecent = ({ record, heard }: SeenAgent): boolean =>
    wallMs - Date.parse(record.updated_at) <= sinceS * 1000 ||
    (heard.ageMs !== undefined && heard.ageMs <= sinceS * 1000);
  return agentsPart(chosen.filter(isRecent), source.buckets.agents);
}

/** Last applied sequence of each bucket. */
export const versionOf = ({ buckets }: SnapshotSource): Record<string, number> => ({
  agents: buckets.agents.version,
  memory: buckets.memory.version,
  organs: buckets.organs.version,
});

/** First 16 hex digits over everything that is recorded: no ages, loads, times or revisions. */
export function snapshotId({ agents, organs, facts }: SnapshotSource): string {
  const lines = agents.map(({ record }) => [record.agent_id, recordDigest(record)]);
  return sha256(canonicalJson({ agents: lines, organs, facts: [facts.count, facts.bytes] })).slice(0, 16);
}

/** Records are immutable here, so each is digested once. */
const digests = new WeakMap<AgentRecord, string>();

function recordDigest(record: AgentRecord): string {
  const known = digests.get(record);
  if (known !== undefined) return known;
  const { provenance: _by, created_at: _from, updated_at: _at, epoch: _epoch, owner: _owner, ...recorded } = record;
  const digest = sha256(canonicalJson(recorded));
  digests.set(record, digest);
  return digest;
}
