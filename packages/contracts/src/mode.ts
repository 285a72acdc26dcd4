import { time } from '@seedcore/protocol';
import { z } from 'zod';

const count = z.int().nonnegative();

/** How hard the organism may work. */
export const mode = z.enum(['NORMAL', 'DEGRADED', 'RECOVERY', 'EMERGENCY']);

/** Why the mode is not NORMAL; kind e calls for EMERGENCY, d for DEGRADED. */
export const modeCause = z.strictObject({ component: z.string(), kind: z.enum(['e', 'd']), detail: z.string() });

/** One part of the mesh the mode depends on. */
export const modeComponent = z.strictObject({
  component: z.string(),
  critical: z.boolean(),
  health: z.enum(['healthy', 'unhealthy', 'unseen']).describe('unseen: has not answered yet, and is not overdue'),
  failures: count.describe('failed checks in a row'),
});

/** The mode as it is kept in `<ns>_energy` under `mode`. */
export const modeRecord = z.strictObject({
  mode,
  brownout_level: z.int().min(0).max(3).default(1).describe('what the whole mesh sheds; records of old have none'),
  causes: z.array(modeCause),
  components: z.array(modeComponent),
  since: time,
  dwell_s: z.number().positive().describe('least time in RECOVERY before NORMAL'),
  clean_checks: count.describe('checks without a cause since RECOVERY began'),
  epoch: count.describe('of the lease of whoever wrote it; only grows'),
  seq: count.describe('changes of mode so far'),
  checked_at: time,
});

/** How hard the organism may work. */
export type Mode = z.output<typeof mode>;
/** Why the mode is not NORMAL. */
export type ModeCause = z.output<typeof modeCause>;
/** One part of the mesh the mode depends on. */
export type ModeComponent = z.output<typeof modeComponent>;
/** The mode as it is kept. */
export type ModeRecord = z.output<typeof modeRecord>;
