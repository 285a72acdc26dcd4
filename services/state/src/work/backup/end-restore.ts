import type { BackupDesk } from '../../backup-ports.ts';
import { begunNote } from '../../domain/backup/backup-note.ts';
import type { RestoreRecord } from '../../domain/backup/restore-record.ts';

/** Tells of the end of a restore, and notes with its backup how a drill went. Safe to repeat. */
export async function endRestore(desk: BackupDesk, record: RestoreRecord): Promise<void> {
  const { restore_id, backup_name, mode, written, deleted } = record;
  const status = record.phase === 'done' ? 'done' : 'failed';
  if (mode === 'merge' || mode === 'replace')
    desk.news.restoreDone({ restore_id, backup_name, status, written, deleted, skipped: record.skipped_total });
  if (mode !== 'drill') return;
  const why = drillTrouble(record);
  const drill = { drilled_at: record.updated_at, drill_ok: why === undefined };
  await desk.notes.noteBackup(backup_name, (now) => ({
    ...(now ?? begunNote({ name: backup_name, origin: 'asked', groups: record.groups }, record.started_at)),
    ...drill,
  }));
  if (why === undefined) desk.news.drillOk({ backup_name, restore_id });
  else desk.news.drillFailed({ backup_name, restore_id, why });
}

/** What a drill found; undefined when the backup is good. */
function drillTrouble({ phase, failure, matches, skipped, skipped_total: total }: RestoreRecord): string | undefined {
  if (phase === 'failed') return failure?.message ?? 'it came to nothing';
  if (matches !== true) return 'what came back is not what was kept';
  const [first] = skipped;
  return first === undefined ? undefined : `${total} records cannot be read, as ${first.key}: ${first.why}`;
}
