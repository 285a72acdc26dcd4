import type { StateBrief, StateParts } from '@seedcore/contracts';
import type { BackupNote } from './backup/backup-note.ts';
import type { FlawCounts } from './flaw-book.ts';
import type { SnapshotSource } from './snapshot-source.ts';
import { summaryOf } from './state-summary.ts';

/** Most problems that are named, and how long each may be, so that all of it fits into 2 KiB. */
const MOST_PROBLEMS = 10;
const LONGEST = 100;
/** Nobody should rely on a backup that is older, in ms: they are taken every day. */
const STALE_BACKUP_MS = 2 * 86_400_000;

/** What a brief is made of. */
export type BriefFacts = {
  readonly source: SnapshotSource;
  readonly parts: StateParts;
  readonly memories: Omit<StateBrief['memory'], 'facts'>;
  /** Newest first; undefined when they could not be read. */
  readonly backups: readonly BackupNote[] | undefined;
  readonly flaws: FlawCounts;
  readonly wallMs: number;
};

/** Everything in one look: counts, ages, and what is wrong in order of harm. */
export function stateBrief({ source, parts, memories, backups, flaws, wallMs }: BriefFacts): StateBrief {
  const live = source.agents.filter(({ record }) => !record.archived);
  const { liveness } = summaryOf(live, 0);
  const ages = live.flatMap(({ heard: { ageMs } }) => (ageMs === undefined ? [] : [ageMs]));
  const [last] = backups ?? [];
  const drilled = backups?.find(({ drilled_at }) => drilled_at !== undefined);
  const problems = [...flawsOf(flaws), ...gapsOf(parts), ...backupProblems(backups, wallMs)];
  return {
    at: new Date(wallMs).toISOString(),
    agents: { known: live.length, ...liveness, archived: source.agents.length - live.length },
    oldest_heartbeat_ms: ages.length === 0 ? null : Math.max(...ages),
    completeness: Math.min(...Object.values(parts).map(({ completeness }) => completeness)),
    memory: { facts: source.facts.count, ...memories },
    last_backup: last === undefined ? null : { name: last.name, status: last.status, created_at: last.created_at },
    last_drill:
      drilled?.drilled_at === undefined
        ? null
        : { name: drilled.name, ok: drilled.drill_ok === true, at: drilled.drilled_at },
    problems: problems.slice(0, MOST_PROBLEMS).map((problem) => problem.slice(0, LONGEST)),
    problems_more: Math.max(0, problems.length - MOST_PROBLEMS) + unnamed(parts),
  };
}

/** What nobody can read is lost until it is repaired; what a newer program wrote is safe, and cannot be changed here. */
const flawsOf = ({ corrupt, newer }: FlawCounts): string[] => [
  ...(corrupt === 0 ? [] : [`records: ${corrupt} corrupt, left as they are and copied to quarantine`]),
  ...(newer === 0 ? [] : [`records: ${newer} of a newer program, not written over`]),
];

/** A service that is away harms everybody, an organ without members its tasks, an agent that is silent its own. */
const gapsOf = ({ system, organs, agents, memory }: StateParts): string[] =>
  [memory, system, organs, agents].flatMap(({ missing }) => missing);

const unnamed = (parts: StateParts): number =>
  Object.values(parts).reduce((sum, { missing_more: more }) => sum + more, 0);

function backupProblems(backups: readonly BackupNote[] | undefined, wallMs: number): string[] {
  if (backups === undefined) return ['backups: cannot be read'];
  const [last] = backups;
  const newest = backups.find(({ status }) => status === 'verified');
  const drilled = backups.find(({ drilled_at }) => drilled_at !== undefined);
  const ageMs = newest === undefined ? undefined : wallMs - Date.parse(newest.created_at);
  return [
    ...(drilled?.drill_ok === false ? [`backup ${drilled.name}: did not come back in its drill`] : []),
    ...(last?.status === 'failed' ? [`backup ${last.name}: ${last.why ?? 'failed'}`] : []),
    ...(ageMs === undefined ? ['backups: none has been verified'] : []),
    ...(ageMs !== undefined && ageMs > STALE_BACKUP_MS
      ? [`backups: the newest is ${Math.floor(ageMs / 86_400_000)} days old`]
      : []),
  ];
}
