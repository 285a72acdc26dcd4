import type { z } from 'zod';

const MARK = 'sensitive';

/** Marks a schema whose values never reach a log, trace, record or tap. */
export function sensitive<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), [MARK]: true });
}

/** True for a schema marked with {@link sensitive}. */
export const isSensitive = (schema: z.ZodType): boolean => schema.meta()?.[MARK] === true;
