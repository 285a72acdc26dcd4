import type { BackupDesk, ByteChange, Run } from '../../backup-ports.ts';
import { GroupHash } from '../../domain/backup/content-hash.ts';
import type { KeptGroup, Manifest } from '../../domain/backup/manifest.ts';
import { type RestoreRecord, skipping } from '../../domain/backup/restore-record.ts';
import { InFlight } from './in-flight.ts';
import { recordsOf } from './read-backup.ts';

/** Changes of one batch. */
const BATCH = 100;
/** Batches under way at once. */
const BATCHES = 4;
/** Keys read at once. */
const AT_ONCE = 256;

/** Restores on trial: into a bucket of its own, from there back and against the hashes, then held against today's schemas. */
export async function drill(
  desk: BackupDesk,
  table: Manifest,
  { record, run }: { record: RestoreRecord; run: Run },
): Promise<RestoreRecord> {
  let tried: RestoreRecord = { ...record, matches: true };
  try {
    for (const group of table.groups)
      if (record.groups.includes(group.group)) tried = await tryGroup(desk, group, { record: tried, run });
  } finally {
    await desk.scratch.drop();
  }
  return tried;
}

/** An earlier attempt may have left the bucket behind: it begins with an empty one. */
async function tryGroup(
  { shelf, scratch, parts }: BackupDesk,
  group: KeptGroup,
  { record, run }: { record: RestoreRecord; run: Run },
): Promise<RestoreRecord> {
  let tried = record;
  const bucket = await scratch.open();
  let batch: ByteChange[] = [];
  const flight = new InFlight(BATCHES);
  const flush = async () => {
    const changes = batch;
    batch = [];
    await run.beat();
    await flight.begin(async () => void (await bucket.write(changes)));
    tried = { ...tried, written: tried.written + changes.length };
  };
  try {
    for await (const { key, body } of recordsOf(shelf, group)) {
      batch.push({ key, expect: 0, body });
      if (batch.length === BATCH) await flush();
    }
    if (batch.length > 0) await flush();
  } finally {
    await flight.settled();
  }
  const part = parts.get(group.group);
  const hash = new GroupHash();
  const keys = await bucket.keys();
  for (let at = 0; at < keys.length; at += AT_ONCE) {
    await run.beat();
    for (const one of await bucket.newest(keys.slice(at, at + AT_ONCE))) {
      hash.add(one.key, one.body);
      const verdict = part?.judge(one) ?? 'readable';
      if (verdict !== 'readable') tried = skipping(tried, `${group.bucket}/${one.key}`, verdict);
    }
  }
  return hash.hex() === group.sha256 ? tried : { ...tried, matches: false };
}
