import { sha256 } from '@seedcore/protocol';
import type { BackupShelf } from '../../backup-ports.ts';
import { decodeChunk } from '../../domain/backup/chunk.ts';
import { GroupHash } from '../../domain/backup/content-hash.ts';
import { BackupDamaged } from '../../domain/backup/damaged.ts';
import type { KeptRecord } from '../../domain/backup/kept-record.ts';
import { decodeManifest, type KeptGroup, type Manifest, manifestName } from '../../domain/backup/manifest.ts';

/** The manifest of a backup; undefined when there is none. @throws BackupDamaged */
export async function readManifest(shelf: BackupShelf, backup: string): Promise<Manifest | undefined> {
  const bytes = await shelf.read(manifestName(backup));
  return bytes && decodeManifest(backup, bytes);
}

/** Records of one group, an object at a time, in the order of their keys; only those behind the key `after`. @throws BackupDamaged */
export async function* recordsOf(shelf: BackupShelf, group: KeptGroup, after = ''): AsyncGenerator<KeptRecord, void> {
  for (const object of group.objects)
    if (object.last_key > after)
      for (const record of decodeChunk(await wholeObject(shelf, object))) if (record.key > after) yield record;
}

/** Reads all of a backup and compares every hash; `beat` is called with each object. @throws BackupDamaged */
export async function verifyBackup(shelf: BackupShelf, table: Manifest, beat: () => Promise<void>): Promise<void> {
  for (const group of table.groups) {
    const hash = new GroupHash();
    for (const object of group.objects) {
      await beat();
      for (const { key, body } of decodeChunk(await wholeObject(shelf, object))) hash.add(key, body);
    }
    if (hash.hex() !== group.sha256) throw new BackupDamaged(`${table.name}.${group.group}`, group.sha256, hash.hex());
  }
}

/** The bytes of an object, if they are what was written. @throws BackupDamaged */
export async function wholeObject(
  shelf: BackupShelf,
  { name, sha256: want }: { readonly name: string; readonly sha256: string },
): Promise<Uint8Array> {
  const bytes = await shelf.read(name);
  const got = bytes === undefined ? 'missing' : sha256(bytes);
  if (bytes === undefined || got !== want) throw new BackupDamaged(name, want, got);
  return bytes;
}
