import type { AgentView, OrganView, StateParts } from '@seedcore/contracts';
import { meanVector, type Weighed } from './agent-vector.ts';
import { rounded } from './rounded.ts';
import type { Bucketful, Census, OrganNote, SeenAgent, SnapshotSource } from './snapshot-source.ts';

/** Most gaps that are named; the rest is a number. */
const MOST_NAMED = 50;
/** A mode recorded longer ago is not known any more, in ms. */
const MODE_FRESH_MS = 30_000;
/** Services that make a mesh complete. */
const SERVICES = 6;

type Part<N extends keyof StateParts> = StateParts[N];
type Draft<D> = {
  data: D;
  source: string;
  ages: readonly (number | undefined)[];
  present: number;
  of: number;
  missing: readonly string[];
};

/** Wraps data with its age and gaps: completeness is `present` of `of`, 1 when there is nothing to have, 0 before a bucket was read in full. */
function part<D>({ data, source, ages, present, of, missing }: Draft<D>) {
  const known = ages.filter((age) => age !== undefined).filter(Number.isFinite);
  return {
    data,
    source,
    age_ms: known.length === 0 ? null : Math.max(...known),
    completeness: ages.includes(Number.POSITIVE_INFINITY) ? 0 : of === 0 ? 1 : rounded(present / of),
    missing: missing.slice(0, MOST_NAMED),
    missing_more: Math.max(0, missing.length - MOST_NAMED),
  };
}

/** A bucket that has not been read in full, and records that cannot be shown. */
const gapsOf = (name: string, { lagMs, withheld }: Bucketful): string[] => [
  ...(Number.isFinite(lagMs) ? [] : [`${name}: not read in full yet`]),
  ...[...withheld].map(([id, why]) => `${name} ${id}: ${why}`),
];

/** Agents that are not archived, complete as far as they are alive. */
export function agentsPart(agents: readonly SeenAgent[], bucket: Bucketful): Part<'agents'> {
  const alive = agents.filter(({ heard }) => heard.liveness === 'alive').length;
  const lost = agents
    .filter(({ heard }) => heard.liveness !== 'alive')
    .map(({ record, heard }) => {
      const since =
        heard.ageMs === undefined ? 'never heard' : `${heard.liveness} for ${Math.round(heard.ageMs / 1000)} s`;
      return `agent ${record.agent_id}: ${since}`;
    });
  return part({
    data: agents.map(agentView),
    source: 'records of state, heartbeats of organism',
    ages: [bucket.lagMs, ...agents.map(({ heard }) => heard.ageMs)],
    present: alive,
    of: agents.length + bucket.withheld.size,
    missing: [...gapsOf('agents', bucket), ...lost],
  });
}

function agentView({ record, heard }: SeenAgent): AgentView {
  const { agent_id, organ_id, specialty, lifecycle, h, p, c, mem_util } = record;
  return {
    ...{ agent_id, organ_id, specialty, lifecycle, h, p, c, mem_util },
    load: heard.load ?? null,
    progress: heard.progress ?? null,
    heartbeat_age_ms: heard.ageMs ?? null,
    liveness: heard.liveness,
  };
}

/** Registered organs, complete as far as they have a member that is alive. */
export function organsPart(
  organs: readonly OrganNote[],
  agents: readonly SeenAgent[],
  bucket: Bucketful,
): Part<'organs'> {
  const views = organs.map((organ) => organView(organ, agents));
  const dead = views.filter(({ alive }) => alive === 0);
  return part({
    data: views,
    source: 'records of organism',
    ages: [bucket.lagMs],
    present: views.length - dead.length,
    of: views.length + bucket.withheld.size,
    missing: [...gapsOf('organs', bucket), ...dead.map(({ organ_id }) => `organ ${organ_id}: no member alive`)],
  });
}

function organView(organ: OrganNote, agents: readonly SeenAgent[]): OrganView {
  const members = agents.filter(({ record }) => record.organ_id === organ.organ_id);
  return {
    ...organ,
    skills: [...organ.skills],
    members: members.map(({ record }) => record.agent_id),
    alive: members.filter(({ heard }) => heard.liveness === 'alive').length,
    h: meanVector(members.flatMap(({ record: { h } }) => (h === null ? [] : [{ vector: h, weight: 1 }]))) ?? null,
    roles: members.map(({ record }) => record.p),
  };
}

/** Services, mode, and the mean of all known h; complete as far as all six services are there. */
export function systemPart(agents: readonly SeenAgent[], { services, ageMs, mode }: Census): Part<'system'> {
  const present = services.filter(({ instances }) => instances > 0);
  const absent = services
    .filter(({ instances }) => instances === 0)
    .map(({ service }) => `service ${service}: no answer`);
  const current = currentMode(mode);
  const weighed = weighedVectors(agents);
  return part({
    data: {
      services: [...services],
      mode: current?.value ?? null,
      mode_age_ms: mode?.ageMs ?? null,
      h: meanVector(weighed) ?? null,
      h_known: weighed.length,
    },
    source: 'answers on the bus, records of energy',
    ages: [ageMs, current?.ageMs],
    present: present.length,
    of: SERVICES,
    missing: [...absent, ...(current === undefined ? ['mode: nobody has checked for 30 s'] : [])],
  });
}

/** The mode, unless it was recorded too long ago to be known. */
export const currentMode = (mode: Census['mode']): Census['mode'] =>
  mode !== undefined && mode.ageMs <= MODE_FRESH_MS ? mode : undefined;

/**
 * Known h with weight capability × (1 + memory use); an agent whose capability is a mere prior counts only when every
 * one's is.
 */
function weighedVectors(agents: readonly SeenAgent[]): Weighed[] {
  const known = agents.flatMap(({ record }) => (record.h === null ? [] : [{ ...record, h: record.h }]));
  const measured = known.filter(({ c }) => c.n > 0);
  return measured.length === 0
    ? known.map(({ h }) => ({ vector: h, weight: 1 }))
    : measured.map(({ h, c, mem_util }) => ({ vector: h, weight: c.value * (1 + (mem_util ?? 0)) }));
}

/** Facts, complete as far as they can be searched here. */
export function memoryPart(facts: SnapshotSource['facts'], bucket: Bucketful): Part<'memory'> {
  return part({
    data: { facts: facts.count, fact_bytes: facts.bytes },
    source: 'records of state',
    ages: [bucket.lagMs],
    present: facts.coverage,
    of: 1,
    missing: gapsOf('facts', bucket),
  });
}
