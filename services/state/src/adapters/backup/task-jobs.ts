import type { Tasks } from '@seedcore/tasks';
import type { BackupJobs, BackupWish } from '../../backup-ports.ts';
import { backupTask, restoreTask } from '../../domain/backup/names.ts';
import { backupTypes, MOST_ATTEMPTS } from '../../work/backup/backup-work.ts';

/** The queue in which backups and restores are worked. */
export const BACKUP_QUEUE = 'state';

/** Work as durable tasks. */
export function taskJobs(tasks: Tasks): BackupJobs {
  const submit = async (id: string, type: string, params: Record<string, unknown>) => {
    await tasks.submit({ id, type, params, hints: { max_attempts: MOST_ATTEMPTS } }, { queue: BACKUP_QUEUE });
  };
  return {
    submitBackup: ({ name, groups, origin }: BackupWish) =>
      submit(backupTask(name), backupTypes.backup, { name, groups, origin }),
    submitRestore: (restore_id) => submit(restoreTask(restore_id), backupTypes.restore, { restore_id }),
    async state(taskId) {
      const view = await tasks.get(taskId);
      if (view === undefined) return 'absent';
      if (view.state === 'succeeded') return 'succeeded';
      return view.finished_at === undefined ? 'running' : 'failed';
    },
    async again(taskId) {
      await tasks.retry(taskId);
    },
    async wait(taskId, timeoutMs, signal) {
      if (timeoutMs > 0) await tasks.wait(taskId, { timeoutMs, signal });
    },
  };
}

/** Has a backup taken every night and the newest one tried every week; said again by every replica, it changes nothing. */
export async function scheduleBackups(tasks: Tasks): Promise<void> {
  const hints = { max_attempts: MOST_ATTEMPTS };
  await tasks.schedule('state-backup', {
    cron: '0 2 * * *',
    queue: BACKUP_QUEUE,
    spec: { type: backupTypes.backup, params: { origin: 'scheduled' }, hints },
  });
  await tasks.schedule('state-drill', {
    cron: '0 4 * * 0',
    queue: BACKUP_QUEUE,
    spec: { type: backupTypes.drill, hints },
  });
}
