import type { AgentFields } from '@seedcore/contracts';
import { sha256 } from '@seedcore/protocol';
import type { RecentRuns } from './recent-runs.ts';
import { projection, TASK_DIM } from './task-terms.ts';

/** Lengths of the blocks that follow that of tasks, in their order. */
const SKILL_DIM = 24;
const PEER_DIM = 24;
const FEATURE_DIM = 16;
/** Length of h. */
export const H_DIM = TASK_DIM + SKILL_DIM + PEER_DIM + FEATURE_DIM;
/** Weight of the newest task. */
const NEW = 0.1;
/** What counts as one of each feature. */
const SCALES = { latencyMs: 10_000, tasks: 100, types: 255, peers: 64, ageMs: 30 * 86_400_000 } as const;

/** What is known of an agent when a run of it has ended. */
export type Known = Pick<AgentFields, 'counters' | 'quality' | 'skills' | 'peers' | 'mem_util'> & {
  /** h before the run; undefined before the first. */
  readonly before: readonly number[] | undefined;
  readonly terms: readonly string[];
  readonly recent: RecentRuns;
  readonly ageMs: number;
};

/**
 * h of an agent: four blocks, each of length 1 or zero.
 *
 * task 64: moving mean (0.1) of the projections of its tasks · skill 24: its level in each skill, hashed · peer 24: those it
 * worked with, hashed · features 16: success, quality mean and deviation, latency mean and deviation, ΔE, memory use,
 * failures, tasks, types, peers, drift mean and deviation, fast share, escalated share, age, all in [0, 1]. ΔE, drift and
 * the two shares are 0, because nobody measures them for one agent.
 *
 * @returns shape [128], of norm ≤ 2
 */
export function embeddingOf(known: Known): number[] {
  return [
    ...taskBlock(known),
    ...hashed(known.skills, SKILL_DIM),
    ...hashed(known.peers, PEER_DIM),
    ...unit(featuresOf(known)),
  ];
}

function taskBlock({ before, terms }: Known): number[] {
  const now = unit(projection(terms));
  const then = before?.slice(0, TASK_DIM) ?? [];
  return then.some((value) => value !== 0)
    ? unit(now.map((value, i) => (1 - NEW) * (then[i] ?? 0) + NEW * value))
    : now;
}

function hashed(weights: Readonly<Record<string, number>>, dim: number): number[] {
  const sums = new Array<number>(dim).fill(0);
  for (const [name, weight] of Object.entries(weights)) {
    const at = Number.parseInt(sha256(name).slice(0, 8), 16) % dim;
    sums[at] = (sums[at] ?? 0) + weight;
  }
  return unit(sums);
}

function featuresOf({ counters, quality, recent, mem_util, skills, peers, ageMs }: Known): number[] {
  const { tasks, ok, failed } = counters;
  const share = (part: number) => (tasks === 0 ? 0 : part / tasks);
  const most1 = (value: number) => Math.min(1, Math.max(0, value));
  const seconds = recent.ms.map((ms) => most1(ms / SCALES.latencyMs));
  return [
    ...[share(ok), mean(quality), deviation(quality), mean(seconds), deviation(seconds), 0, mem_util ?? 0],
    ...[share(failed), most1(tasks / SCALES.tasks), most1(Object.keys(skills).length / SCALES.types)],
    ...[most1(Object.keys(peers).length / SCALES.peers), 0, 0, 0, 0, most1(ageMs / SCALES.ageMs)],
  ];
}

function unit(values: readonly number[]): number[] {
  const norm = Math.hypot(...values);
  return values.map((value) => (norm === 0 ? 0 : value / norm));
}

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function deviation(values: readonly number[]): number {
  const middle = mean(values);
  return Math.sqrt(mean(values.map((value) => (value - middle) ** 2)));
}
