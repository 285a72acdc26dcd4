import { backupGroup, restoreMode } from '@seedcore/contracts';
import { time } from '@seedcore/protocol';
import { z } from 'zod';

const count = z.int().nonnegative();
/** Most keys listed as skipped. */
const MOST_LISTED = 100;

/** How far a restore has come; whoever goes on after a crash goes on here. */
export const restoreRecord = z.strictObject({
  restore_id: z.string(),
  backup_name: z.string(),
  mode: restoreMode,
  groups: z.array(backupGroup),
  reason: z.string().optional(),
  phase: z.enum(['planned', 'safety_backup', 'writing', 'verifying', 'raising', 'done', 'failed']),
  /** The group it is at, and the last key of it that is done. */
  group: backupGroup.optional(),
  cursor: z.string().optional(),
  written: count,
  deleted: count,
  kept: count,
  skipped: z.array(z.strictObject({ key: z.string(), why: z.string() })).max(MOST_LISTED),
  skipped_total: count,
  matches: z.boolean().optional(),
  safety_backup: z.string().optional(),
  failure: z
    .strictObject({ code: z.string(), message: z.string(), object: z.string(), want: z.string(), got: z.string() })
    .partial({ object: true, want: true, got: true })
    .optional(),
  /** Of the attempt that wrote it: an earlier one writes nothing any more. */
  epoch: count,
  started_at: time,
  updated_at: time,
});
/** How far a restore has come. */
export type RestoreRecord = z.output<typeof restoreRecord>;

/** The record of a restore that is about to begin. */
export const plannedRestore = (
  wish: Pick<RestoreRecord, 'restore_id' | 'backup_name' | 'mode' | 'groups' | 'reason'>,
  at: string,
): RestoreRecord => ({
  ...wish,
  ...{ phase: 'planned', written: 0, deleted: 0, kept: 0, skipped: [], skipped_total: 0, epoch: 0 },
  ...{ started_at: at, updated_at: at },
});

/** One more key that was left alone. */
export const skipping = (record: RestoreRecord, key: string, why: string): RestoreRecord => ({
  ...record,
  skipped: record.skipped.length < MOST_LISTED ? [...record.skipped, { key, why }] : record.skipped,
  skipped_total: record.skipped_total + 1,
});

/** The next phase, from the first group on. */
export function entering(record: RestoreRecord, phase: RestoreRecord['phase']): RestoreRecord {
  const { group: _, cursor: __, ...rest } = record;
  return { ...rest, phase };
}

/** The groups that are still to be gone through in this phase, the one it is at first. */
export const groupsLeft = ({ groups, group }: RestoreRecord): RestoreRecord['groups'] =>
  group === undefined ? groups : groups.slice(Math.max(0, groups.indexOf(group)));

/** True once nothing more will happen. */
export const hasEnded = ({ phase }: RestoreRecord): boolean => phase === 'done' || phase === 'failed';
