import { backupGroup } from '@seedcore/contracts';
import { canonicalJson, sha256, time } from '@seedcore/protocol';
import { z } from 'zod';
import { contentHash } from './content-hash.ts';
import { BackupDamaged } from './damaged.ts';

const count = z.int().nonnegative();

/** A piece of a group, in an object of its own. */
const keptObject = z.strictObject({
  name: z.string(),
  records: count,
  bytes: count,
  sha256: z.string(),
  first_key: z.string(),
  last_key: z.string(),
});

/** What a backup holds of one group. Each record is as it was at one moment between the two sequences of its bucket. */
const keptGroup = z.strictObject({
  group: backupGroup,
  bucket: z.string(),
  from_seq: count,
  to_seq: count,
  records: count,
  bytes: count,
  sha256: z.string(),
  objects: z.array(keptObject),
});
/** What a backup holds of one group. */
export type KeptGroup = z.output<typeof keptGroup>;

/** Why a backup was taken: somebody asked, its time had come, or a restore was about to begin. */
export const backupOrigin = z.enum(['asked', 'scheduled', 'safety']);
/** Why a backup was taken. */
export type BackupOrigin = z.output<typeof backupOrigin>;

const manifest = z.strictObject({
  format: z.literal(1),
  name: z.string(),
  ns: z.string(),
  created_at: time,
  /** Hash of the contract of the program that wrote it. */
  contracts: z.string(),
  origin: backupOrigin,
  /** Groups that were asked for; those whose bucket was not there are not among `groups`. */
  asked: z.array(backupGroup),
  groups: z.array(keptGroup),
  content_hash: z.string(),
});
/** The table of contents of a backup; it is written last, so that where there is one, all it names was read back. */
export type Manifest = z.output<typeof manifest>;

/** Name of the object that holds the manifest of a backup. */
export const manifestName = (backup: string): string => `${backup}.manifest`;

/** The manifest as bytes, with a hash of its own over everything else. */
export const encodeManifest = (table: Manifest): Uint8Array =>
  new TextEncoder().encode(JSON.stringify({ ...table, sha256: sha256(canonicalJson(table)) }));

/** @throws BackupDamaged when a byte of it is not as it was written */
export function decodeManifest(backup: string, bytes: Uint8Array): Manifest {
  const object = manifestName(backup);
  const { sha256: want = 'none', ...table } = parsed(object, bytes);
  const got = sha256(canonicalJson(table));
  if (got !== want) throw new BackupDamaged(object, String(want), got);
  const known = manifest.parse(table);
  const content = contentHash(known.groups);
  if (content !== known.content_hash) throw new BackupDamaged(object, known.content_hash, content);
  return known;
}

/** Records and bytes of a whole backup. */
export const sizeOf = ({ groups }: Pick<Manifest, 'groups'>): { readonly records: number; readonly bytes: number } => ({
  records: groups.reduce((sum, { records }) => sum + records, 0),
  bytes: groups.reduce((sum, { bytes }) => sum + bytes, 0),
});

function parsed(object: string, bytes: Uint8Array): Record<string, unknown> {
  try {
    return z.record(z.string(), z.unknown()).parse(JSON.parse(new TextDecoder().decode(bytes)));
  } catch {
    throw new BackupDamaged(object, 'a manifest', 'no JSON'); // whatever it was, it is none any more
  }
}
