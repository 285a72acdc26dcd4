import type { BackupDesk } from '../../backup-ports.ts';
import { noteOf } from '../../domain/backup/backup-note.ts';
import { manifestName } from '../../domain/backup/manifest.ts';
import { outdated } from '../../domain/backup/retention.ts';
import { listed } from './list-notes.ts';
import { removeObjects } from './take-backup.ts';

/** Objects without a manifest are what a backup left that came to nothing; one that is being taken is younger, in ms. */
const ABANDONED_MS = 86_400_000;

/** Removes backups whose time is over, and what was left of those that came to nothing. */
export async function prune(desk: BackupDesk): Promise<void> {
  const { verified } = await listed(desk);
  for (const name of outdated(verified.map(noteOf))) {
    await removeObjects(desk, name);
    await desk.notes.forgetBackup(name);
  }
  const objects = await desk.shelf.names();
  const whole = new Set(objects.map(({ name }) => name));
  const oldest = desk.clock.wallMs() - ABANDONED_MS;
  for (const { name, at } of objects)
    if (at.getTime() < oldest && !whole.has(manifestName(name.slice(0, name.indexOf('.')))))
      await desk.shelf.remove(name);
}
