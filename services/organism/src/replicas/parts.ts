import { organName } from '@seedcore/contracts';
import { id } from '@seedcore/protocol';
import { z } from 'zod';
import { replicaReport } from '../insight/replica-report.ts';

const count = z.int().nonnegative();

/** What replicas may ask each other for, and what each of them says then. */
export const parts = {
  /** Read the rules of routing anew. */
  refresh_routing: { input: z.object({}), value: z.object({}) },
  /** Say what became of the work of organs that were told to stop or to begin anew. */
  stand_still: {
    input: z.object({ organs: z.array(z.object({ organ_id: organName, rev: count })).max(1000) }),
    value: z.object({ finished: count, handed_back: count, killed: count, restarted: count }),
  },
  /** Tell of runs and of what goes on. */
  report: { input: z.object({ window_ms: count, organ_id: organName.optional() }), value: replicaReport },
  /** Show the newest lines of the log. */
  log_lines: {
    input: z.object({
      level: z.string(),
      limit: count,
      since: z.string().optional(),
      organ_id: organName.optional(),
      task_id: id.optional(),
      trace_id: z.string().optional(),
      contains: z.string().optional(),
    }),
    value: z.object({
      lines: z.array(
        z.object({ at: z.string(), level: z.string(), message: z.string(), fields: z.record(z.string(), z.unknown()) }),
      ),
      cut: z.boolean(),
    }),
  },
};

/** Name of a part. */
export type PartName = keyof typeof parts;
/** What is asked along with a part. */
export type PartInput<P extends PartName> = z.output<(typeof parts)[P]['input']>;
/** What a replica says to a part. */
export type PartValue<P extends PartName> = z.output<(typeof parts)[P]['value']>;
