import type { BackupDesk } from '../../backup-ports.ts';
import { type BackupNote, noteOf } from '../../domain/backup/backup-note.ts';
import { BackupDamaged } from '../../domain/backup/damaged.ts';
import { type Manifest, manifestName } from '../../domain/backup/manifest.ts';
import { readManifest } from './read-backup.ts';

const MANIFEST = manifestName('');

/** Every backup, newest first: the manifests there are, and notes of those that are under way or came to nothing. */
export async function listed({ shelf, notes }: Pick<BackupDesk, 'shelf' | 'notes'>): Promise<{
  readonly notes: readonly BackupNote[];
  readonly verified: readonly Manifest[];
}> {
  const known = new Map((await notes.backups()).map((note) => [note.name, note]));
  const verified: Manifest[] = [];
  const seen = new Set<string>();
  for (const { name } of await shelf.names()) {
    if (!name.endsWith(MANIFEST)) continue;
    const backup = name.slice(0, -MANIFEST.length);
    const table = await readable(shelf, backup);
    if (table === undefined) continue;
    seen.add(backup);
    verified.push(table);
    known.set(backup, { ...noteOf(table), ...drillOf(known.get(backup)) });
  }
  // Without its manifest a backup is of no use, whatever was noted of it.
  const all = [...known.values()].map((note) =>
    note.status === 'verified' && !seen.has(note.name)
      ? { ...note, status: 'failed' as const, why: 'its manifest is gone' }
      : note,
  );
  const newestFirst = all.sort(
    (a, b) => Date.parse(b.created_at) - Date.parse(a.created_at) || (a.name < b.name ? -1 : 1),
  );
  return { notes: newestFirst, verified };
}

const drillOf = (note: BackupNote | undefined): Partial<Pick<BackupNote, 'drilled_at' | 'drill_ok'>> => ({
  ...(note?.drilled_at === undefined ? {} : { drilled_at: note.drilled_at }),
  ...(note?.drill_ok === undefined ? {} : { drill_ok: note.drill_ok }),
});

async function readable(shelf: BackupDesk['shelf'], backup: string): Promise<Manifest | undefined> {
  try {
    return await readManifest(shelf, backup);
  } catch (error) {
    if (error instanceof BackupDamaged) return undefined; // shown as a backup that is of no use
    throw error;
  }
}
