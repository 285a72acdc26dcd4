/** What became of a write whose answer was a refusal, or never came. */
export type Settled =
  /** It was made. */
  | 'written'
  /** Nothing was written since: it can be sent again. */
  | 'unchanged'
  /** Others wrote and it was not made. */
  | 'lost'
  /** So many others wrote since that its trace may be gone. */
  | 'unknown';

/**
 * Settles a compare-and-set by the ids of the newest writes. A refusal proves nothing: after a partition the broker
 * refuses for a while what it has already written.
 *
 * @param id of the write in question
 * @param before revision and write ids it was based on
 * @param now revision and write ids read from the leader afterwards
 */
export function settle(
  id: string,
  before: { readonly rev: number; readonly writes: readonly string[] },
  now: { readonly rev: number; readonly writes: readonly string[]; readonly remembers: number },
): Settled {
  if (now.writes.includes(id)) return 'written';
  if (now.rev === before.rev) return 'unchanged';
  if (now.writes.length < now.remembers) return 'lost';
  const last = before.writes.at(-1);
  return last !== undefined && now.writes.includes(last) ? 'lost' : 'unknown';
}

/** What a write is based on and how long its values live, as far as it matters here. */
type Based = {
  readonly before: { readonly rev: number; readonly value: unknown; readonly ttlMs: number | undefined };
  readonly ttlMs: number | undefined;
};

/**
 * True when what was read is older than what the write is based on: a leader that was cut off from the others shows it
 * until it notices, and it says nothing about the write. Markers and values with a time to live may be gone altogether.
 */
export function isBehind({ before, ttlMs }: Based, now: { readonly rev: number } | undefined): boolean {
  if (now === undefined || now.rev >= before.rev) return false;
  const mayBeGone = before.value === undefined || before.ttlMs !== undefined || ttlMs !== undefined;
  return now.rev > 0 || !mayBeGone;
}
