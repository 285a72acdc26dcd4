import { type AggregatedState, state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { type Call, type CallOptions, isCall, MeshError } from '@seedcore/protocol';
import type { AgentState, RoleRow } from '../domain/organism-state.ts';
import { isOnSimplex } from '../domain/role-row.ts';
import type { Snapshot } from '../domain/scope-energy.ts';
import type { ReadSnapshot } from '../ports.ts';

type AgentView = NonNullable<AggregatedState['parts']['agents']>['data'][number];

const deadlineMs = 1500;
const freshMs = 60_000;
const longestVector = 10;

/** Reads the picture that state assembles; what state does not tell stays unknown. */
export function stateSnapshots(mesh: Mesh, drift: () => number | undefined): ReadSnapshot {
  return async (call) => {
    const read = await aggregated(mesh, call);
    return read && snapshotOf(read, { at: mesh.clock.wallMs(), drift: drift() });
  };
}

async function aggregated(mesh: Mesh, call: Call | CallOptions): Promise<AggregatedState | undefined> {
  const options = isCall(call) ? { parent: call, deadlineMs } : call;
  try {
    const reply = await mesh.client(state).get_aggregated_state({}, options);
    return reply.ok ? reply.value : undefined;
  } catch (error) {
    if (error instanceof MeshError) return undefined;
    throw error;
  }
}

/**
 * What the energy is computed from, as far as a picture tells it. Tasks have no parts yet, so no two agents ever worked
 * together: W is 0 and there are no patterns, as a fact. Memory is not compressed yet, so its term is unknown.
 */
export function snapshotOf(read: AggregatedState, seen: { at: number; drift: number | undefined }): Snapshot {
  const agents = read.parts.agents?.data ?? [];
  const organs = agents.flatMap(({ agent_id, organ_id }) => (organ_id === null ? [] : [[agent_id, organ_id] as const]));
  return {
    id: read.snapshot_id,
    at: seen.at,
    organs: new Map(organs),
    state: {
      agents: oneLength(agents.map(agentOf)),
      pairs: [],
      patterns: [],
      memory: undefined,
      drift: seen.drift,
      anomaly: undefined,
    },
  };
}

/** An agent that was not heard of for a minute is as it may be: h and p are unknown. */
function agentOf({ agent_id, h, p, heartbeat_age_ms }: AgentView): AgentState {
  const fresh = heartbeat_age_ms !== null && heartbeat_age_ms <= freshMs;
  const row: RoleRow | undefined = p ? [p.e, p.s, p.o] : undefined;
  return {
    id: agent_id,
    h: fresh && h ? plausible(numbersOf(h)) : undefined,
    p: fresh && row && isOnSimplex(row) ? row : undefined,
  };
}

function numbersOf({ dim, f32 }: NonNullable<AgentView['h']>): number[] {
  const bytes = Buffer.from(f32, 'base64');
  return bytes.length === 4 * dim ? Array.from({ length: dim }, (_, i) => bytes.readFloatLE(4 * i)) : [];
}

function plausible(h: number[]): number[] | undefined {
  const length = Math.hypot(...h);
  return h.length > 0 && Number.isFinite(length) && length <= longestVector ? h : undefined;
}

/** Vectors of another length than the first are unknown. */
function oneLength(agents: readonly AgentState[]): AgentState[] {
  const length = agents.find(({ h }) => h)?.h?.length;
  return agents.map((agent) => (agent.h && agent.h.length !== length ? { ...agent, h: undefined } : agent));
}
