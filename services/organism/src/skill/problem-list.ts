import type { Problem } from '@seedcore/protocol';

/** Longest list, in characters. */
const MAX_LIST = 400;

/** Problems of a value in one line. */
export const listProblems = (problems: readonly Problem[]): string =>
  problems
    .map(({ field, message }) => `${field || '/'}: ${message}`)
    .join('; ')
    .slice(0, MAX_LIST);
