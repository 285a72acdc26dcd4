import { backupGroup } from '@seedcore/contracts';
import { time } from '@seedcore/protocol';
import { z } from 'zod';
import { backupOrigin, type Manifest, sizeOf } from './manifest.ts';

const count = z.int().nonnegative();

/** What is known of a backup without reading it. */
export const backupNote = z.strictObject({
  name: z.string(),
  status: z.enum(['running', 'verified', 'failed']),
  origin: backupOrigin,
  groups: z.array(backupGroup),
  created_at: time,
  content_hash: z.string().optional(),
  records: count,
  bytes: count,
  why: z.string().optional(),
  drilled_at: time.optional(),
  drill_ok: z.boolean().optional(),
});
/** What is known of a backup without reading it. */
export type BackupNote = z.output<typeof backupNote>;

/** The note of a backup that has begun. */
export const begunNote = (wish: Pick<BackupNote, 'name' | 'origin' | 'groups'>, at: string): BackupNote => ({
  ...{ status: 'running', created_at: at, records: 0, bytes: 0 },
  ...wish,
});

/** What a manifest says. */
export const noteOf = (table: Manifest): BackupNote => ({
  ...{ name: table.name, status: 'verified', origin: table.origin, created_at: table.created_at },
  groups: table.groups.map(({ group }) => group),
  content_hash: table.content_hash,
  ...sizeOf(table),
});
