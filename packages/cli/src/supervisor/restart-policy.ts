/** How a supervised process ended. */
export interface ProcessEnd {
  readonly code: number | null;
  readonly signal: string | null;
  /** How long it had been running, in ms. */
  readonly uptimeMs: number;
}

/** What to do about a process that ended by itself. */
export type Verdict =
  | { readonly action: 'restart'; readonly delayMs: number; readonly crashes: number }
  | { readonly action: 'give_up'; readonly why: string };

/** Waits before the first, second … restart in a row, in ms; the last one repeats. */
export const restartDelaysMs: readonly number[] = [0, 500, 1000, 2000, 5000, 10_000];

/** A process that ran this long is healthy: its next crash counts as the first. */
export const healthyAfterMs = 30_000;

const exitConfiguration = 78;
const exitReplaceMe = 75;

/**
 * Decides about a process that ended although nobody asked it to.
 *
 * @param crashes how many crashes in a row came before this one
 */
export function afterEnd(crashes: number, end: ProcessEnd): Verdict {
  if (end.code === exitConfiguration) return { action: 'give_up', why: 'its configuration is wrong' };
  const before = end.uptimeMs >= healthyAfterMs ? 0 : crashes;
  const delayMs = restartDelaysMs[Math.min(before, restartDelaysMs.length - 1)] ?? 0;
  return { action: 'restart', delayMs, crashes: before + 1 };
}

/** Names an end for people. */
export function describeEnd({ code, signal }: Pick<ProcessEnd, 'code' | 'signal'>): string {
  if (code === exitReplaceMe) return 'it asked to be replaced, exit code 75';
  return signal ? `killed by ${signal}` : `exit code ${code ?? 'unknown'}`;
}
