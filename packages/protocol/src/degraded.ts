import { z } from 'zod';

/** Where an answer that is not live came from. */
export const degradedSource = z.enum(['custom', 'cache', 'default']);

/** Marks an answer that is not live: why, and what stands in for it. */
export const degraded = z.strictObject({
  reason: z.string().max(200),
  source: degradedSource,
  age_ms: z.number().nonnegative().optional(),
});

/** Marks an answer that is not live: why, and what stands in for it. */
export type Degraded = {
  readonly reason: string;
  readonly source: 'custom' | 'cache' | 'default';
  readonly age_ms?: number | undefined;
};
