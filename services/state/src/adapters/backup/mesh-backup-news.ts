import { state } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import type { BackupNews } from '../../backup-ports.ts';

/** Events of backups on the bus. */
export function meshBackupNews(mesh: Mesh): BackupNews {
  return {
    backupDone: (news) => void mesh.publish(state, 'backup_done', news),
    backupFailed: (news) => void mesh.publish(state, 'backup_failed', news),
    drillOk: (news) => void mesh.publish(state, 'drill_ok', news),
    drillFailed: (news) => void mesh.publish(state, 'drill_failed', news),
    restoreStarted: (news) => void mesh.publish(state, 'restore_started', news),
    restoreDone: (news) => void mesh.publish(state, 'restore_done', news),
  };
}
