import { backupGroup } from '@seedcore/contracts';
import { time } from '@seedcore/protocol';
import { bucketAsset, type Store } from '@seedcore/store';
import { z } from 'zod';
import type { BackupNotes } from '../../backup-ports.ts';
import { type BackupNote, backupNote } from '../../domain/backup/backup-note.ts';
import { restoreRecord } from '../../domain/backup/restore-record.ts';

const DAY_MS = 86_400_000;
/** The right to work lapses so long after it was last renewed, in ms. */
const HELD_MS = 120_000;
/** Notes of backups outlive them by little; records of restores are kept for a year. */
const NOTE_MS = 91 * DAY_MS;
const RESTORE_MS = 365 * DAY_MS;
/** Most notes read. */
const MOST_NOTES = 1000;

/** What is written down about backups: who is at work, notes, and how far restores have come. */
export const backupsAsset = bucketAsset('backups', 'Backups and restores: at_work, backup.<name>, restore.<id>.', {
  expiringKeys: true,
});
/** Key under which it stands who is at work. */
export const AT_WORK = 'at_work';

const holder = z.strictObject({
  task_id: z.string(),
  name: z.string(),
  held: z.array(backupGroup),
  renewed_at: time,
});

/** Who is at work. */
export const holderBucket = (store: Store) =>
  store.bucket({ name: backupsAsset.name, schema: holder, version: 1, ttlMs: () => HELD_MS });

/** Notes in the bucket `<ns>_backups`. */
export function bucketNotes(store: Store): BackupNotes {
  const holders = holderBucket(store);
  const notes = store.bucket({ name: backupsAsset.name, schema: backupNote, version: 1, ttlMs: () => NOTE_MS });
  const restores = store.bucket({
    name: backupsAsset.name,
    schema: restoreRecord,
    version: 1,
    ttlMs: () => RESTORE_MS,
  });
  const now = () => new Date(store.broker.clock.wallMs()).toISOString();
  return {
    async take({ task_id, name, held }) {
      const { value } = await holders.update(AT_WORK, (other) =>
        other !== undefined && other.task_id !== task_id
          ? 'skip'
          : { task_id, name, held: [...held], renewed_at: now() },
      );
      return value?.task_id === task_id ? undefined : { name: value?.name ?? '' };
    },
    async release(taskId) {
      await holders.update(AT_WORK, (other) => (other?.task_id === taskId ? 'remove' : 'skip'));
    },
    backup: async (name) => (await notes.get(noteKey(name), { fresh: true }))?.value,
    async backups() {
      const { items } = await notes.list(noteKey(''), { limit: MOST_NOTES });
      return items.map(({ value }) => value);
    },
    noteBackup: async (name, change) => (await notes.update<BackupNote>(noteKey(name), (note) => change(note))).value,
    async forgetBackup(name) {
      await notes.update(noteKey(name), () => 'remove');
    },
    restore: async (id) => (await restores.get(restoreKey(id), { fresh: true }))?.value,
    beginRestore: async (record) => (await restores.createOnce(restoreKey(record.restore_id), record)).value,
    async saveRestore(record) {
      const saved = { ...record, updated_at: now() };
      const { outcome } = await restores.update(restoreKey(record.restore_id), (other) =>
        other !== undefined && other.epoch > record.epoch ? 'skip' : saved,
      );
      if (outcome === 'skipped') throw new Error(`${record.restore_id}: a later attempt goes on with it`);
      return saved;
    },
  };
}

const noteKey = (name: string): string => `backup.${name}`;
const restoreKey = (id: string): string => `restore.${id}`;
