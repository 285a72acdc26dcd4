import { sha256 } from '@seedcore/protocol';

/** Weights of the score. */
const WEIGHTS = { load: 0.4, latency: 0.2, capability: 0.25, memory: 0.05, affinity: 0.1 } as const;
/** Up to so many candidates are compared outright; of more, two are drawn by hash. */
const COMPARE_ALL = 8;
/** Scores this close to the lowest are equal to it; the higher hash wins. */
const EPSILON = 1e-9;
/** Latency of a skill nobody has measured, in ms. */
export const UNKNOWN_LATENCY_MS = 30;

/** An agent as the choice sees it. */
export type Candidate = {
  readonly agentId: string;
  /** Busy share of its host's slots, in [0, 1]. */
  readonly load: number;
  /** Usual latency of the skill there in ms. */
  readonly latencyMs: number;
  /** Capability in [0, 1]. */
  readonly capability: number;
  /** Memory use in [0, 1]; 0 when nobody measures it. */
  readonly memory: number;
  /** 1 for the agent that holds the context, else 0. */
  readonly affinity: number;
  readonly otherSpecialty: boolean;
};

/**
 * Cost of giving a task with `leftMs` to this agent; the lowest wins.
 *
 * @returns in [−0.1, 1.9]
 */
export function scoreAgent(candidate: Candidate, leftMs: number): number {
  return (
    WEIGHTS.load * candidate.load +
    WEIGHTS.latency * Math.min(1, candidate.latencyMs / Math.max(1, leftMs)) +
    WEIGHTS.capability * (1 - candidate.capability) +
    WEIGHTS.memory * candidate.memory -
    WEIGHTS.affinity * candidate.affinity +
    (candidate.otherSpecialty ? 1 : 0)
  );
}

/**
 * The agent for a task; no dice, so the same input gives the same agent in any order, and tasks spread.
 *
 * @returns undefined when there is no candidate
 * @source Mitzenmacher, "The Power of Two Choices in Randomized Load Balancing" (2001), with a hash in place of dice
 */
export function chooseAgent<C extends Candidate>(
  candidates: readonly C[],
  task: { id: string; leftMs: number },
): C | undefined {
  const ranked = candidates.map((candidate) => ({
    candidate,
    hash: sha256(`${task.id}\0${candidate.agentId}`).slice(0, 16),
    score: scoreAgent(candidate, task.leftMs),
  }));
  const byHash = ranked.sort((a, b) => (a.hash > b.hash ? -1 : 1));
  const drawn = byHash.length > COMPARE_ALL ? byHash.slice(0, 2) : byHash;
  const lowest = Math.min(...drawn.map(({ score }) => score));
  return drawn.find(({ score }) => score - lowest <= EPSILON)?.candidate;
}
