import type { coordinator } from '@seedcore/contracts';
import type { Output } from '@seedcore/protocol';

type Status = Output<typeof coordinator.endpoints.get_system_status>;

/** An answer, or undefined where nobody gave one. */
export type Heard<T> = { readonly what: string; readonly value?: T };

/** What a service says of itself. */
export type Health = {
  readonly ready: boolean;
  readonly missing: readonly string[];
  readonly degraded_by: readonly string[];
};

/** Who answered on `$SRV`. */
export type Present = readonly { readonly name: string; readonly version: string }[];

/** One line per service: silent ones are listed too, and not ready. */
export function serviceLines(present: Present, healths: readonly Heard<Health>[]): Status['services'] {
  return healths.map(({ what, value }) => {
    const mine = present.filter(({ name }) => name === what);
    const version = mine[0]?.version;
    return {
      name: what,
      instances: mine.length,
      ...(version === undefined ? {} : { version }),
      ready: value?.ready ?? false,
      missing: [...(value?.missing ?? [])],
      degraded_by: [...(value?.degraded_by ?? [])],
    };
  });
}

/** Names of what gave no answer. */
export const silent = (heard: readonly Heard<unknown>[]): string[] =>
  heard.filter(({ value }) => value === undefined).map(({ what }) => what);

/** Why a queue stands still, and until when. */
export type Paused = NonNullable<Status['queues'][number]['paused']>;

/** How many tasks of a queue wait and run, and whether it is paused. */
export function queueLine(
  queue: string,
  counts: Readonly<Partial<Record<string, number>>>,
  paused?: Paused,
): Status['queues'][number] {
  const waiting = (counts['queued'] ?? 0) + (counts['retrying'] ?? 0) + (counts['held'] ?? 0);
  return { queue, waiting, running: counts['running'] ?? 0, ...(paused === undefined ? {} : { paused }) };
}
