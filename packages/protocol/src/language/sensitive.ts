import { z } from 'zod';
import { isRecord } from '../json.ts';

const MARK = 'sensitive';

/** Marks a schema whose values never reach a log, trace, record or tap. */
export function sensitive<T extends z.ZodType>(schema: T): T {
  return schema.meta({ ...schema.meta(), [MARK]: true });
}

/** True for a schema marked with {@link sensitive}. */
export const isSensitive = (schema: z.ZodType): boolean => schema.meta()?.[MARK] === true;

/** True for a schema that is marked somewhere, however deep. */
export const holdsSensitive = (schema: z.ZodType): boolean =>
  marked(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }));

function marked(node: unknown): boolean {
  if (Array.isArray(node)) return node.some(marked);
  return isRecord(node) && (node[MARK] === true || Object.values(node).some(marked));
}
