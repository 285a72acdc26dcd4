import { organName } from '@seedcore/contracts';
import { z } from 'zod';

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
};

/** Name of a part. */
export type PartName = keyof typeof parts;
/** What is asked along with a part. */
export type PartInput<P extends PartName> = z.output<(typeof parts)[P]['input']>;
/** What a replica says to a part. */
export type PartValue<P extends PartName> = z.output<(typeof parts)[P]['value']>;
