import { sha256 } from '@seedcore/protocol';
import type { BackupDesk, BackupWish, Part, Run } from '../../backup-ports.ts';
import { CHUNK_BYTES, encodeChunk } from '../../domain/backup/chunk.ts';
import { contentHash, GroupHash } from '../../domain/backup/content-hash.ts';
import { BackupDamaged } from '../../domain/backup/damaged.ts';
import type { KeptRecord } from '../../domain/backup/kept-record.ts';
import { encodeManifest, type KeptGroup, type Manifest, manifestName } from '../../domain/backup/manifest.ts';
import { readManifest, wholeObject } from './read-backup.ts';

/** Keys read at once. */
const AT_ONCE = 256;

/**
 * Copies the groups, reads every object back, and writes the manifest only then: where there is one, all of it was
 * verified. An attempt begins anew what an earlier one left behind, under names of its own.
 *
 * @throws BackupDamaged when something was not read back as it was written
 */
export async function takeBackup(desk: BackupDesk, wish: BackupWish, run: Run): Promise<Manifest> {
  const known = await readManifest(desk.shelf, wish.name);
  if (known !== undefined) return known;
  await removeObjects(desk, wish.name);
  const groups: KeptGroup[] = [];
  for (const name of wish.groups.toSorted()) {
    const part = desk.parts.get(name);
    const kept = part && (await copyGroup(desk, part, { name: wish.name, run }));
    if (kept !== undefined) groups.push(kept);
  }
  const table: Manifest = {
    ...{ format: 1, name: wish.name, ns: desk.ns, origin: wish.origin, contracts: desk.contracts, groups },
    asked: wish.groups.toSorted(),
    ...{ created_at: new Date(desk.clock.wallMs()).toISOString(), content_hash: contentHash(groups) },
  };
  await run.beat();
  await desk.shelf.put(manifestName(wish.name), encodeManifest(table));
  const back = await readManifest(desk.shelf, wish.name);
  if (back?.content_hash === table.content_hash) return back;
  throw new BackupDamaged(manifestName(wish.name), table.content_hash, back?.content_hash ?? 'missing');
}

/** Removes every object of a backup: the manifest first, so that nobody takes the rest for whole. */
export async function removeObjects({ shelf }: Pick<BackupDesk, 'shelf'>, backup: string): Promise<void> {
  await shelf.remove(manifestName(backup));
  for (const { name } of await shelf.names()) if (name.startsWith(`${backup}.`)) await shelf.remove(name);
}

type Copying = { readonly name: string; readonly run: Run };

/** Undefined when the mesh has no such bucket. */
async function copyGroup(desk: BackupDesk, part: Part, { name, run }: Copying): Promise<KeptGroup | undefined> {
  const from = await part.lastSeq();
  if (from === undefined) return undefined;
  const hash = new GroupHash();
  const objects: KeptGroup['objects'] = [];
  let [records, bytes] = [0, 0];
  for await (const chunk of chunksOf(part, desk.pace.chunk)) {
    await run.beat();
    for (const { key, body } of chunk) hash.add(key, body);
    const object = `${name}.${part.group}.${run.epoch}-${objects.length}`;
    const kept = await keepChunk(desk, object, chunk);
    objects.push(kept);
    records += kept.records;
    bytes += kept.bytes;
  }
  const to = (await part.lastSeq()) ?? from;
  const { group, bucket } = part;
  return { group, bucket, from_seq: from, to_seq: Math.max(from, to), records, bytes, sha256: hash.hex(), objects };
}

async function keepChunk({ shelf }: BackupDesk, name: string, chunk: readonly KeptRecord[]) {
  const bytes = encodeChunk(chunk);
  const object = { name, records: chunk.length, bytes: bytes.length, sha256: sha256(bytes) };
  await shelf.put(name, bytes);
  await wholeObject(shelf, object);
  return { ...object, first_key: chunk[0]?.key ?? '', last_key: chunk.at(-1)?.key ?? '' };
}

/** What a part holds, in pieces of `most` records or 4 MiB. */
async function* chunksOf(part: Part, most: number): AsyncGenerator<readonly KeptRecord[], void> {
  const keys = await part.keys();
  let chunk: KeptRecord[] = [];
  let bytes = 0;
  for (let at = 0; at < keys.length; at += AT_ONCE)
    for (const record of await part.newest(keys.slice(at, at + AT_ONCE))) {
      chunk.push(record);
      bytes += record.body.length;
      if (chunk.length < most && bytes < CHUNK_BYTES) continue;
      yield chunk;
      [chunk, bytes] = [[], 0];
    }
  if (chunk.length > 0) yield chunk;
}
