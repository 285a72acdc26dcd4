import { objectsAsset, type Store } from '@seedcore/store';
import type { BackupShelf } from '../../backup-ports.ts';

const DAY_MS = 86_400_000;
/** Nothing is kept longer, whoever asked for it; the manifest goes first, so that what is listed is whole. */
const KEPT_MS = 90 * DAY_MS;
/** Most objects looked through. */
const MOST_OBJECTS = 50_000;

/** Where backups lie; `nats object ls <ns>_backups` lists them. */
export const backupObjects = objectsAsset(
  'backups',
  'Backups of state: <name>.manifest, <name>.<group>.<attempt>-<n>.',
);

/** Backups in the object store `<ns>_backups`. */
export function backupShelf(store: Store): BackupShelf {
  const objects = store.objects(backupObjects.name);
  return {
    put: (name, bytes) => objects.put(name, bytes, { ttlMs: name.endsWith('.manifest') ? KEPT_MS - DAY_MS : KEPT_MS }),
    read: async (name) => (await objects.inspect(name))?.bytes,
    remove: (name) => objects.remove(name),
    names: () => objects.some(MOST_OBJECTS),
  };
}
