import type { StateParts, UnifiedPicture } from '@seedcore/contracts';
import { MOST_SHOWN, partsOf, snapshotId, versionOf } from './snapshot.ts';
import type { SnapshotSource } from './snapshot-source.ts';

/** What somebody who may have come before wants to see. */
export type UnifiedRequest = {
  readonly agentIds: readonly string[] | undefined;
  /** Parts beside that of the agents. */
  readonly include: readonly Exclude<keyof StateParts, 'agents'>[];
  /** Id of the picture that is known already. */
  readonly known: string | undefined;
  readonly vectors: 'b64' | 'omit';
  readonly wallMs: number;
};

/** A picture, or the number of agents when they are too many for one. */
export type Unified =
  | { readonly ok: true; readonly value: UnifiedPicture }
  | { readonly ok: false; readonly agents: number };

/** The picture, or nothing but its id when that is known; its age and gaps are told either way. */
export function unifiedState(source: SnapshotSource, request: UnifiedRequest): Unified {
  const { agentIds, known, wallMs } = request;
  const asked = agentIds === undefined ? undefined : new Set(agentIds);
  const live = source.agents.filter(({ record }) => !record.archived);
  const chosen = live.filter(({ record }) => asked === undefined || asked.has(record.agent_id));
  const id = snapshotId(source);
  const isKnown = known === id;
  if (!isKnown && chosen.length > MOST_SHOWN) return { ok: false, agents: chosen.length };
  const parts = shownParts(partsOf(source, live, chosen), request);
  return {
    ok: true,
    value: {
      at: new Date(wallMs).toISOString(),
      version: versionOf(source),
      snapshot_id: id,
      completeness: Math.min(...Object.values(parts).map(({ completeness }) => completeness)),
      not_modified: isKnown,
      parts: isKnown ? {} : parts,
    },
  };
}

function shownParts(all: StateParts, { include, vectors }: UnifiedRequest): Partial<StateParts> {
  const { organs, system } = all;
  const parts = vectors === 'b64' ? all : { ...all, agents: withoutVectors(all.agents), ...bare({ organs, system }) };
  return { agents: parts.agents, ...Object.fromEntries(include.map((name) => [name, parts[name]])) };
}

const withoutVectors = ({ data, ...part }: StateParts['agents']): StateParts['agents'] => ({
  ...part,
  data: data.map((agent) => ({ ...agent, h: null })),
});

const bare = ({ organs, system }: Pick<StateParts, 'organs' | 'system'>): Pick<StateParts, 'organs' | 'system'> => ({
  organs: { ...organs, data: organs.data.map((organ) => ({ ...organ, h: null })) },
  system: { ...system, data: { ...system.data, h: null } },
});
