import type { BackupOrigin } from './manifest.ts';

const DAY_MS = 86_400_000;
/** Days and weeks of which the newest scheduled backup is kept. */
const DAYS = 7;
const WEEKS = 4;
/** Most backups kept that somebody asked for, and that restores took before they began. */
const MOST = { asked: 20, safety: 10 } as const;
/** A Monday, from which weeks are counted. */
const MONDAY_MS = Date.UTC(1970, 0, 5);

/** A backup as far as its keeping goes. */
export type Dated = { readonly name: string; readonly created_at: string; readonly origin: BackupOrigin };

/** Names of the backups that have to go: of the scheduled ones 7 daily and 4 weekly stay, of the others the newest. */
export function outdated(backups: readonly Dated[]): readonly string[] {
  const newestFirst = backups.toSorted((a, b) => Date.parse(b.created_at) - Date.parse(a.created_at));
  const of = (origin: BackupOrigin) => newestFirst.filter((one) => one.origin === origin);
  const scheduled = of('scheduled');
  const stay = new Set([
    ...newestOfEach(scheduled, DAYS, (ms) => Math.floor(ms / DAY_MS)),
    ...newestOfEach(scheduled, WEEKS, (ms) => Math.floor((ms - MONDAY_MS) / (7 * DAY_MS))),
    ...of('asked').slice(0, MOST.asked),
    ...of('safety').slice(0, MOST.safety),
  ]);
  return newestFirst.filter((one) => !stay.has(one)).map(({ name }) => name);
}

function newestOfEach(newestFirst: readonly Dated[], most: number, span: (ms: number) => number): readonly Dated[] {
  const bySpan = new Map<number, Dated>();
  for (const one of newestFirst) {
    const at = span(Date.parse(one.created_at));
    if (!bySpan.has(at)) bySpan.set(at, one);
  }
  return [...bySpan.values()].slice(0, most);
}
