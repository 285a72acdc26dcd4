import type { MemoryItem, NewMemory } from '@seedcore/contracts';

/** Longest summary of an episode, in characters. */
const MOST_SUMMARY = 1000;
/** Largest data of an episode, in bytes of JSON. */
export const MOST_EPISODE_BYTES = 4096;

const OUTCOMES = ['success', 'failure', 'error', 'skipped', 'unknown', 'degraded'] as const;

/** How an episode ended. */
export type Outcome = (typeof OUTCOMES)[number];

/** What a caller says of an episode, as the journal keeps it: type and outcome named, a long summary cut and marked. */
export function episodeOf(told: NewMemory): NewMemory {
  const { type = 'episode', outcome } = told.data ?? {};
  const data: NonNullable<MemoryItem['data']> = { ...told.data, type, outcome: outcomeOf(outcome) };
  if (told.text.length <= MOST_SUMMARY) return { ...told, data };
  return { ...told, text: `${told.text.slice(0, MOST_SUMMARY - 1)}…`, data: { ...data, cut: true } };
}

const outcomeOf = (said: unknown): Outcome => OUTCOMES.find((outcome) => outcome === said) ?? 'unknown';
