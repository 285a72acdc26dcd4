import { sha256 } from '@seedcore/protocol';

/** Most terms of one task, letters of one, and levels of its input that are looked at. */
const MOST_TERMS = 64;
const MOST_LETTERS = 32;
const MOST_LEVELS = 4;
/** Length of the block of h that tells what an agent has worked on. */
export const TASK_DIM = 64;
/** The same everywhere and for ever, so that vectors of different hosts can be compared. */
const SEED = 'task-terms-1';

/** Words of a task: the name of its skill, then those of its input, each once, in the order they are met. */
export function termsOf(skill: string, input: unknown): string[] {
  const terms = new Set([skill]);
  gather(input, MOST_LEVELS, terms);
  return [...terms];
}

function gather(value: unknown, levels: number, terms: Set<string>): void {
  if (terms.size >= MOST_TERMS) return;
  if (typeof value === 'string') {
    for (const [word] of value
      .slice(0, 10_000)
      .toLowerCase()
      .matchAll(/[\p{L}\p{N}]+/gu)) {
      if (terms.size >= MOST_TERMS) return;
      terms.add(word.slice(0, MOST_LETTERS));
    }
  } else if (levels > 0 && typeof value === 'object' && value !== null) {
    for (const part of Object.values(value).slice(0, MOST_TERMS)) gather(part, levels - 1, terms);
  }
}

/** Sum of one seeded vector of ±1 for each term: tasks that share words lie near each other. Length 64, not normalised. */
export function projection(terms: readonly string[]): number[] {
  const sums = new Array<number>(TASK_DIM).fill(0);
  for (const term of terms) {
    const bits = BigInt(`0x${sha256(`${SEED}\0${term}`).slice(0, TASK_DIM / 4)}`);
    for (let i = 0; i < TASK_DIM; i++) sums[i] = (sums[i] ?? 0) + (((bits >> BigInt(i)) & 1n) === 1n ? 1 : -1);
  }
  return sums;
}
