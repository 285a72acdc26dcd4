import type { BackupGroup } from '@seedcore/contracts';
import type { BackupDesk, Run } from '../../backup-ports.ts';
import { BackupDamaged } from '../../domain/backup/damaged.ts';
import { type Manifest, manifestName } from '../../domain/backup/manifest.ts';
import { safetyName } from '../../domain/backup/names.ts';
import { entering, groupsLeft, hasEnded, type RestoreRecord } from '../../domain/backup/restore-record.ts';
import { drill } from './drill.ts';
import { readManifest, verifyBackup } from './read-backup.ts';
import { type GroupWork, groupOf, raiseGroup, verifyGroup, writeGroup } from './restore-group.ts';
import { takeBackup } from './take-backup.ts';

type Work = { readonly desk: BackupDesk; readonly run: Run; readonly table: Manifest };

/**
 * Takes a restore to its end, from wherever its record says it is. Every write is guarded by the revision that the safety
 * backup saw, so that a repeat changes nothing, and what others have changed since is left alone.
 *
 * @throws BackupDamaged when the backup is not what was written; nothing was restored from there on
 */
export async function restore(desk: BackupDesk, begun: RestoreRecord, run: Run): Promise<RestoreRecord> {
  // From here on an earlier attempt, should it still live, writes nothing down any more.
  let record = await desk.notes.saveRestore({ ...begun, epoch: run.epoch });
  const table = await readManifest(desk.shelf, record.backup_name);
  const name = manifestName(record.backup_name);
  if (table === undefined) throw new BackupDamaged(name, 'a manifest', 'missing');
  const work = { desk, run, table };
  while (!hasEnded(record)) record = await desk.notes.saveRestore(await nextPhase(work, record));
  return record;
}

function nextPhase(work: Work, record: RestoreRecord): Promise<RestoreRecord> {
  if (record.phase === 'planned') return check(work, record);
  if (record.phase === 'safety_backup') return secure(work, record);
  if (record.phase === 'writing' && record.mode !== 'drill')
    return throughGroups(work, record, { each: writeGroup, next: 'verifying' });
  if (record.phase === 'writing') return tryOut(work, record);
  if (record.phase === 'verifying')
    return throughGroups(work, { matches: true, ...record }, { each: verifyGroup, next: 'raising' });
  return throughGroups(work, record, { each: raise, next: 'done' });
}

/** Before anything is written, all of the backup is read. */
async function check({ desk, run, table }: Work, record: RestoreRecord): Promise<RestoreRecord> {
  await verifyBackup(desk.shelf, table, () => run.beat());
  if (record.mode === 'verify') return { ...entering(record, 'done'), matches: true };
  if (record.mode === 'drill') return entering(record, 'writing');
  const { backup_name, restore_id, mode } = record;
  desk.news.restoreStarted({ backup_name, restore_id, mode, groups: record.groups });
  return { ...entering(record, 'safety_backup'), safety_backup: safetyName(restore_id) };
}

/** What is there now can be had back; and it is what every write is guarded by. */
async function secure({ desk, run }: Work, record: RestoreRecord): Promise<RestoreRecord> {
  const held = (): Run => ({ ...run, beat: () => run.beat(record.groups) });
  await run.beat(record.groups);
  const name = safetyName(record.restore_id);
  await takeBackup(desk, { name, groups: record.groups, origin: 'safety' }, held());
  return entering(record, 'writing');
}

async function tryOut({ desk, run, table }: Work, record: RestoreRecord): Promise<RestoreRecord> {
  return entering(await drill(desk, table, { record, run }), 'done');
}

type Step = {
  readonly each: (work: GroupWork, record: RestoreRecord) => Promise<RestoreRecord>;
  readonly next: RestoreRecord['phase'];
};

async function throughGroups(work: Work, begun: RestoreRecord, { each, next: phase }: Step): Promise<RestoreRecord> {
  const safety = await readManifest(work.desk.shelf, safetyName(begun.restore_id));
  if (safety === undefined)
    throw new BackupDamaged(manifestName(safetyName(begun.restore_id)), 'a manifest', 'missing');
  let record = begun;
  for (const group of groupsLeft(begun)) {
    await work.run.beat(record.groups);
    // A cursor belongs to the group that was being worked on.
    const { cursor: _, ...anew } = record;
    record = record.group === group ? record : { ...anew, group };
    const one = groupWork(work, group, safety);
    if (one !== undefined) record = await each(one, record);
    const next = record.groups[record.groups.indexOf(group) + 1];
    const { cursor: __, ...through } = record;
    // What was counted and where it is are written together: behind the last group with the phase that follows.
    if (next !== undefined) record = await work.desk.notes.saveRestore({ ...through, group: next });
  }
  return entering(record, phase);
}

function groupWork({ desk, run, table }: Work, group: BackupGroup, safety: Manifest): GroupWork | undefined {
  const part = desk.parts.get(group);
  const kept = groupOf(table, group);
  if (part === undefined || kept === undefined) return undefined;
  const live = groupOf(safety, group);
  return { desk, part, kept, live, run, save: (record) => desk.notes.saveRestore(record) };
}

async function raise(work: GroupWork, record: RestoreRecord): Promise<RestoreRecord> {
  await raiseGroup(work, record);
  return record;
}
