/** A moment as part of a name: `20261122T020000Z`. */
export const compactTime = (wallMs: number): string =>
  `${new Date(wallMs).toISOString().slice(0, 19).replaceAll(/[-:]/g, '')}Z`;

/** Id of the task that takes a backup. */
export const backupTask = (name: string): string => `backup-${name}`;
/** Id of the task that restores. */
export const restoreTask = (id: string): string => `restore-${id}`;
/** Name of the backup a restore takes before it writes. */
export const safetyName = (id: string): string => `safety-${id}`;
/** A scheduled run is named after its time: what comes after the last dash of its task. */
export const scheduledName = (taskId: string): string => taskId.slice(taskId.lastIndexOf('-') + 1);
