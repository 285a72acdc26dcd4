import type { UnifiedState } from '@seedcore/contracts';
import type { OrganismState, PairWeight } from '../domain/organism-state.ts';
import { isOnSimplex } from '../domain/role-row.ts';

/** A part of the state whose shape does not fit the rest. */
export type ShapeMismatch = { readonly field: string; readonly want: string; readonly got: string };

/** The first part whose shape does not fit. */
export function mismatchIn({ agents, W }: UnifiedState): ShapeMismatch | undefined {
  const lengths = agents.map(({ h }) => h?.length);
  const length = lengths.find((each) => each !== undefined);
  const odd = lengths.findIndex((each) => each !== undefined && each !== length);
  if (odd >= 0) return { field: `agents[${odd}].h`, want: `${length} numbers`, got: `${lengths[odd]}` };
  if (!W) return undefined;
  if (W.length !== agents.length) return { field: 'W', want: `${agents.length} rows`, got: `${W.length}` };
  const row = W.findIndex((each) => each.length !== agents.length);
  return row < 0 ? undefined : { field: `W[${row}]`, want: `${agents.length} numbers`, got: `${W[row]?.length}` };
}

/** The state as the domain sees it. */
export function organismState({ agents, W, E, memory, drift, anomaly }: UnifiedState): OrganismState {
  return {
    agents: agents.map(({ agent_id, h, p }) => ({
      id: agent_id,
      h: h ?? undefined,
      p: p ? [p.e, p.s, p.o] : undefined,
    })),
    pairs: W ? pairsOf(W) : undefined,
    patterns: E,
    memory: memory ? { pCompress: memory.p_compress, rEffective: memory.r_effective } : undefined,
    drift: drift ?? undefined,
    anomaly: anomaly ?? undefined,
  };
}

/** Agents whose role shares had to be divided by their sum. */
export function normalisedAgents({ agents }: UnifiedState): string[] {
  return agents.flatMap(({ agent_id, p }) => (p && !isOnSimplex([p.e, p.s, p.o]) ? [agent_id] : []));
}

function pairsOf(W: readonly (readonly number[])[]): PairWeight[] {
  return W.flatMap((row, from) => row.flatMap((w, to) => (w === 0 ? [] : [{ from, to, w }])));
}
