import { type BackupGroup, backupGroup } from '@seedcore/contracts';
import { type Clock, fail, ok } from '@seedcore/protocol';
import { isStorageFull } from '@seedcore/store';
import type { Ended, Handler, TaskContext } from '@seedcore/tasks';
import { z } from 'zod';
import type { BackupDesk, Run } from '../../backup-ports.ts';
import { begunNote, noteOf } from '../../domain/backup/backup-note.ts';
import { BackupDamaged } from '../../domain/backup/damaged.ts';
import { backupOrigin } from '../../domain/backup/manifest.ts';
import { scheduledName } from '../../domain/backup/names.ts';
import { hasEnded, plannedRestore, type RestoreRecord } from '../../domain/backup/restore-record.ts';
import { endRestore } from './end-restore.ts';
import { listed } from './list-notes.ts';
import { prune } from './prune.ts';
import { restore } from './restore.ts';
import { takeBackup } from './take-backup.ts';

/** Attempts of one task; the last one tells of its failure. */
export const MOST_ATTEMPTS = 5;
/** The right to work, which lapses after two minutes, is renewed this often, in ms. */
const RENEW_MS = 15_000;

/** Types of the tasks that back up, restore, and drill the newest backup. */
export const backupTypes = { backup: 'state_backup', restore: 'state_restore', drill: 'state_drill' } as const;

const backupParams = z.strictObject({
  /** Left out by the schedule, whose runs are named after their time. */
  name: z.string().optional(),
  groups: z.array(backupGroup).optional(),
  origin: backupOrigin,
});
const restoreParams = z.strictObject({ restore_id: z.string() });

/** What the workers of the queue `state` do. */
export const backupHandlers = (desk: BackupDesk): Readonly<Record<string, Handler>> => ({
  [backupTypes.backup]: (params, task) => runBackup(desk, backupParams.parse(params), task),
  [backupTypes.restore]: async (params, task) => {
    const { restore_id } = restoreParams.parse(params);
    const record = await desk.notes.restore(restore_id);
    return record === undefined ? fail('unknown_restore', { restore_id }) : runRestore(desk, record, task);
  },
  [backupTypes.drill]: (_params, task) => drillNewest(desk, task),
});

async function runBackup(
  desk: BackupDesk,
  { name, groups, origin }: z.output<typeof backupParams>,
  task: TaskContext,
): Promise<Ended> {
  const backup = name ?? scheduledName(task.id);
  const wish = { name: backup, groups: groups ?? [...desk.parts.keys()].sort(), origin };
  const at = new Date(desk.clock.wallMs()).toISOString();
  return holding(
    desk,
    { task, name: backup, held: [] },
    {
      work: async (run) => {
        await desk.notes.noteBackup(backup, (now) => now ?? begunNote(wish, at));
        const note = noteOf(await takeBackup(desk, wish, run));
        await desk.notes.noteBackup(backup, ({ why: _, ...now } = note) => ({ ...now, ...note }));
        const { content_hash = '', records, bytes } = note;
        desk.news.backupDone({ backup_name: backup, content_hash, records, bytes });
        await prune(desk);
        return ok({ backup_name: backup, content_hash, records, bytes });
      },
      failed: async (why) => {
        await desk.notes.noteBackup(backup, (now) => ({ ...(now ?? begunNote(wish, at)), status: 'failed', why }));
        desk.news.backupFailed({ backup_name: backup, why });
      },
    },
  );
}

async function runRestore(desk: BackupDesk, record: RestoreRecord, task: TaskContext): Promise<Ended> {
  const held = record.phase === 'planned' || record.mode === 'drill' ? [] : record.groups;
  return holding(
    desk,
    { task, name: record.backup_name, held },
    {
      work: async (run) => {
        const ended = hasEnded(record) ? record : await restore(desk, record, run);
        await endRestore(desk, ended);
        return ok({ restore_id: ended.restore_id, phase: ended.phase });
      },
      failed: async (why, error) => {
        const now = (await desk.notes.restore(record.restore_id)) ?? record;
        const failure =
          error instanceof BackupDamaged
            ? { code: 'hash_mismatch', message: why, object: error.object, want: error.want, got: error.got }
            : { code: 'failed', message: why };
        await endRestore(desk, await desk.notes.saveRestore({ ...now, phase: 'failed', failure, epoch: task.epoch }));
      },
    },
  );
}

/** The newest verified backup, tried by schedule. */
async function drillNewest(desk: BackupDesk, task: TaskContext): Promise<Ended> {
  const restore_id = scheduledName(task.id);
  const known = await desk.notes.restore(restore_id);
  const newest = known ?? (await listed(desk)).verified.toSorted((a, b) => (a.created_at < b.created_at ? 1 : -1))[0];
  if (newest === undefined) return ok({ restore_id, phase: 'nothing_to_drill' });
  if ('phase' in newest) return runRestore(desk, newest, task);
  const groups = newest.groups.map(({ group }) => group);
  const wish = { restore_id, backup_name: newest.name, mode: 'drill' as const, groups };
  const at = new Date(desk.clock.wallMs()).toISOString();
  return runRestore(desk, await desk.notes.beginRestore(plannedRestore(wish, at)), task);
}

type Holding = { readonly task: TaskContext; readonly name: string; readonly held: readonly BackupGroup[] };
type Work = {
  readonly work: (run: Run) => Promise<Ended>;
  /** Tells of an end that nothing more is tried after. */
  readonly failed: (why: string, error: unknown) => Promise<void>;
};

/** Works while it has the right to; lets go of it at the end, and not between attempts. */
async function holding(desk: BackupDesk, { task, name, held }: Holding, { work, failed }: Work): Promise<Ended> {
  const busy = await desk.notes.take({ task_id: task.id, name, held });
  if (busy !== undefined) throw new Error(`${busy.name} is under way`);
  try {
    const ended = await work(runOf(desk, task, { name, held }));
    await desk.notes.release(task.id);
    return ended;
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    const isLast = error instanceof BackupDamaged || isStorageFull(error) || task.attempt >= MOST_ATTEMPTS;
    if (task.signal.aborted || !isLast) throw error;
    await failed(why, error);
    await desk.notes.release(task.id);
    return fail(error instanceof BackupDamaged ? 'hash_mismatch' : 'failed', { why });
  }
}

function runOf(
  { notes, clock }: { readonly notes: BackupDesk['notes']; readonly clock: Clock },
  task: TaskContext,
  { name, held: before }: Omit<Holding, 'task'>,
): Run {
  let renewedAt = clock.now();
  let held = before;
  return {
    epoch: task.epoch,
    async beat(now = held) {
      task.signal.throwIfAborted();
      task.progress({ note: name });
      const holdsMore = now.length !== held.length;
      if (!holdsMore && clock.now() - renewedAt < RENEW_MS) return;
      const other = await notes.take({ task_id: task.id, name, held: now });
      if (other !== undefined) throw new Error(`the right to work went to ${other.name}`);
      renewedAt = clock.now();
      held = now;
    },
  };
}
