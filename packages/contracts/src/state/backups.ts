import { endpoint, event, failure, id, time } from '@seedcore/protocol';
import { z } from 'zod';

/** What can be backed up and restored on its own. */
export const backupGroup = z.enum(['agents', 'beliefs', 'energy', 'facts', 'memory', 'organs', 'rules', 'standing']);
/** What can be backed up and restored on its own. */
export type BackupGroup = z.output<typeof backupGroup>;

const named = z.string().regex(/^[A-Za-z0-9_-]{1,48}$/, 'must be 1 to 48 of A-Z a-z 0-9 _ -');
/** Names a backup; its objects and its task are named after it. */
export const backupName = named.meta({ example: '20261122T020000Z' });
/** Names a restore. */
export const restoreId = z
  .string()
  .regex(/^[A-Za-z0-9_-]{1,40}$/, 'must be 1 to 40 of A-Z a-z 0-9 _ -')
  .meta({ example: 'after-the-flood' });
/** How far a restore goes. */
export const restoreMode = z.enum(['verify', 'drill', 'merge', 'replace']);
/** How far a restore goes. */
export type RestoreMode = z.output<typeof restoreMode>;

const hash = z.string().regex(/^[0-9a-f]{64}$/, 'must be 64 hex digits');
const count = z.int().nonnegative();
const groups = z.array(backupGroup).min(1).max(backupGroup.options.length);
const wait = z.int().min(0).max(25_000).default(0).describe('how long the call waits for the end');
const backupStatus = z.enum(['running', 'verified', 'failed']);

/** Something else of the kind is under way. */
const busy = failure(z.strictObject({ backup_name: z.string() }), { status: 409 });
const key = z.string().describe('<bucket>/<key>');

/** What was kept of a mesh, and how it comes back. */
export const backupEndpoints = {
  backup_state: endpoint({
    doc: 'Copies records to the object store and reads them back; what matches is verified. Asked again, it tells how it went.',
    input: z
      .strictObject({
        backup_name: backupName.optional().describe('left out, the time in UTC'),
        include: groups.optional().describe('left out, everything'),
        wait_ms: wait,
      })
      .meta({ example: { backup_name: 'before-the-move' } }),
    output: z.strictObject({
      backup_name: z.string(),
      status: backupStatus,
      content_hash: hash.optional(),
      records: count,
      bytes: count,
      why: z.string().optional().describe('why it failed'),
    }),
    failures: {
      backup_exists: failure(z.strictObject({ backup_name: z.string() }), { status: 409 }),
      busy,
    },
    idempotent: true,
    deadlineMs: 30_000,
    criticality: 'optional',
  }),
  restore_state: endpoint({
    doc: 'Reads a backup (verify), tries it in a bucket of its own (drill), or writes it back: what is absent or older (merge), or all (replace). Asked again, it tells how it went.',
    input: z
      .strictObject({
        restore_id: restoreId.optional().describe('the same one again tells of the same restore, or resumes it'),
        backup_name: backupName,
        mode: restoreMode.default('verify'),
        include: groups.optional().describe('left out, all that the backup holds'),
        confirm: z.string().max(64).optional().describe('content hash of the backup; needed to write anything back'),
        reason: z.string().min(1).max(500).optional(),
        force: z.boolean().default(false).describe('replace outside of EMERGENCY; needs a reason'),
        wait_ms: wait,
      })
      .meta({ example: { backup_name: '20261122T020000Z', mode: 'verify' } }),
    output: z.strictObject({
      restore_id: z.string(),
      status: z.enum(['running', 'done', 'failed']),
      phase: z.string(),
      matches: z.boolean().nullable().describe('what was read back equals the backup; null before it was read'),
      written: count,
      deleted: count,
      kept: count.describe('live records that merge left alone, because they are as new'),
      skipped: z.array(z.strictObject({ key, why: z.string() })).describe('the first 100'),
      skipped_total: count,
      safety_backup: z.string().optional(),
      why: z.string().optional().describe('why it failed'),
    }),
    failures: {
      unknown_backup: failure(z.strictObject({ backup_name: z.string() }), { status: 404 }),
      hash_mismatch: z.strictObject({ object: z.string(), want: z.string(), got: z.string() }),
      confirm_required: z.strictObject({ content_hash: hash }),
      mode_forbids: z.strictObject({ mode: z.string().describe('of energy; UNKNOWN when nobody has told') }),
      busy,
    },
    idempotent: true,
    deadlineMs: 30_000,
    criticality: 'optional',
  }),
  list_backups: endpoint({
    doc: 'Backups, newest first, and how their last drill went.',
    input: z.strictObject({ limit: z.int().min(1).max(500).default(100), cursor: id.optional() }),
    output: z.strictObject({
      backups: z.array(
        z.strictObject({
          name: z.string(),
          created_at: time,
          status: backupStatus,
          content_hash: hash.optional(),
          groups: z.array(z.string()),
          records: count,
          bytes: count,
          drilled_at: time.optional(),
          drill_ok: z.boolean().optional(),
        }),
      ),
      cursor: id.optional(),
    }),
    idempotent: true,
    deadlineMs: 5000,
    criticality: 'optional',
  }),
};

const told = { backup_name: z.string(), restore_id: z.string() };

/** What is told of them. */
export const backupEvents = {
  backup_done: event({
    doc: 'A backup was written, read back and found to match.',
    kind: 'lossy',
    data: z.strictObject({ backup_name: z.string(), content_hash: z.string(), records: count, bytes: count }),
    key: 'backup_name',
  }),
  backup_failed: event({
    doc: 'A backup came to nothing; earlier ones are as they were.',
    kind: 'lossy',
    data: z.strictObject({ backup_name: z.string(), why: z.string() }),
    key: 'backup_name',
  }),
  drill_ok: event({
    doc: 'A backup was restored on trial: every record came back and can be read.',
    kind: 'lossy',
    data: z.strictObject(told),
    key: 'backup_name',
  }),
  drill_failed: event({
    doc: 'A backup was restored on trial, and something is wrong with it.',
    kind: 'lossy',
    data: z.strictObject({ ...told, why: z.string() }),
    key: 'backup_name',
  }),
  restore_started: event({
    doc: 'A backup is being written back; its groups take no other writes meanwhile.',
    kind: 'lossy',
    data: z.strictObject({ ...told, mode: restoreMode, groups: z.array(z.string()) }),
    key: 'restore_id',
  }),
  restore_done: event({
    doc: 'A restore has ended, well or not.',
    kind: 'lossy',
    data: z.strictObject({
      ...told,
      status: z.enum(['done', 'failed']),
      written: count,
      deleted: count,
      skipped: count,
    }),
    key: 'restore_id',
  }),
};
