/** Longest name of a service, endpoint or event. */
const NAME = /^[a-z][A-Za-z0-9_]{0,47}$/;

/** Endpoints every service answers by itself, and control subjects of an instance. */
export const reservedNames = ['help', 'schema', 'health', 'info', 'cancel', 'credit', 'drain', 'debug'] as const;

/** True for a name a contract may use. */
export const isContractName = (name: string): boolean => NAME.test(name);

/** The name on the wire: `alertRaised` becomes `alert_raised`. */
export const wireName = (name: string): string => name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`);

/** The known name closest to a mistyped one, when it is close enough to be meant. */
export function nearest(mistyped: string, known: readonly string[]): string | undefined {
  const limit = Math.max(2, Math.floor(mistyped.length / 3));
  const ranked = known
    .map((candidate) => ({ candidate, distance: distanceOf(mistyped, candidate) }))
    .sort((a, b) => a.distance - b.distance || (a.candidate < b.candidate ? -1 : 1));
  const best = ranked[0];
  return best !== undefined && best.distance <= limit ? best.candidate : sharedTail(mistyped, known);
}

/** `organ_name` and `organ_id` are far apart letter by letter and still the same thought. */
function sharedTail(mistyped: string, known: readonly string[]): string | undefined {
  const head = mistyped.split('_')[0];
  return known.find((candidate) => head !== undefined && head.length >= 4 && candidate.split('_')[0] === head);
}

/**
 * Edits (insert, delete, replace) that turn `a` into `b`.
 *
 * @source Levenshtein, "Binary codes capable of correcting deletions, insertions, and reversals" (1966)
 */
function distanceOf(a: string, b: string): number {
  if (a.length > 64 || b.length > 64) return Number.POSITIVE_INFINITY;
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const swap = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min((next[j - 1] ?? 0) + 1, (row[j] ?? 0) + 1, swap));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}
