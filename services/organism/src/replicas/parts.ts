import { z } from 'zod';

/** What replicas may ask each other for, and what each of them says then. */
export const parts = {
  /** Read the rules of routing anew. */
  refresh_routing: { input: z.object({}), value: z.object({}) },
};

/** Name of a part. */
export type PartName = keyof typeof parts;
/** What is asked along with a part. */
export type PartInput<P extends PartName> = z.output<(typeof parts)[P]['input']>;
/** What a replica says to a part. */
export type PartValue<P extends PartName> = z.output<(typeof parts)[P]['value']>;
