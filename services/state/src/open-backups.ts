import { state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { type Clock, contractHash } from '@seedcore/protocol';
import type { Store } from '@seedcore/store';
import { openTasks } from '@seedcore/tasks';
import { backupObjects, backupShelf } from './adapters/backup/backup-shelf.ts';
import { backupsAsset, bucketNotes } from './adapters/backup/bucket-notes.ts';
import { heldGroups } from './adapters/backup/held-groups.ts';
import { meshBackupNews } from './adapters/backup/mesh-backup-news.ts';
import { openParts } from './adapters/backup/parts.ts';
import { scratchBucket } from './adapters/backup/scratch-bucket.ts';
import { BACKUP_QUEUE, scheduleBackups, taskJobs } from './adapters/backup/task-jobs.ts';
import type { BackupDesk, BackupNews, BackupPorts, Pace } from './backup-ports.ts';
import { backupHandlers } from './work/backup/backup-work.ts';

/** Longest attempt: the largest backup is read and written in a fraction of it, in ms. */
const RUN_MS = 3_600_000;

/** A batch is as large as the broker takes it; a crash repeats what was done since it was last written down. */
const PACE: Pace = { chunk: 1000, batch: 100, save: 1000 };

/** What backups work with. */
export type BackupParts = {
  readonly mesh: Mesh;
  readonly store: Store;
  readonly clock: Clock;
  readonly mode: () => string | undefined;
  /** Hears what goes wrong where nobody waits. */
  readonly report: (where: string, error: unknown) => void;
};

/** Provisions where backups lie, works their queue, and has them recur. */
export async function openBackups({
  mesh,
  store,
  clock,
  mode,
  report,
}: BackupParts): Promise<{ readonly ports: BackupPorts; drain(graceMs: number): Promise<void> }> {
  const tasks = openTasks(store, { instance: mesh.instance, report });
  await store.provision([backupsAsset, backupObjects]);
  await tasks.provision();
  const desk = openDesk(store, meshBackupNews(mesh));
  const groups = heldGroups(store);
  const worker = tasks.worker(BACKUP_QUEUE, { slots: 2, runMs: RUN_MS, handlers: backupHandlers(desk) });
  await scheduleBackups(tasks);
  return {
    ports: { ...desk, clock, random: store.broker.random, mode, jobs: taskJobs(tasks), held: () => groups.held() },
    async drain(graceMs) {
      groups.stop();
      await worker.drain(graceMs);
      await tasks.close();
    },
  };
}

/** What the work needs, on a store. */
export const openDesk = (store: Store, news: BackupNews, pace = PACE): BackupDesk => ({
  ...{ ns: store.broker.ns, clock: store.broker.clock, contracts: contractHash(state) },
  pace,
  parts: openParts(store),
  shelf: backupShelf(store),
  scratch: scratchBucket(store),
  notes: bucketNotes(store),
  news,
});
