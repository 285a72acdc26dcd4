import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';

/** Longest evaluation in ms; regular expressions know no limit of their own, so the thread is ended when it is over. */
const LIMIT_MS = 2000;
/** Largest data and largest result, as JSON text. */
const MAX_BYTES = 1_048_576;

/** Reshapes JSON by an expression of the JSONata language. */
export const jsonTransform = defineSkill({
  name: 'json_transform',
  version: '1.0.0',
  doc: 'Evaluates a JSONata 2 expression over data; an expression that does not end is stopped after 2 s.',
  input: z.strictObject({
    data: z.unknown().describe('at most 1 MiB of JSON'),
    expression: z.string().min(1).max(4096),
    bindings: z.record(z.string().max(64), z.unknown()).default({}),
  }),
  output: z.strictObject({ result: z.unknown().describe('null when nothing matched'), ms: z.int().nonnegative() }),
  failures: {
    invalid_expression: z.strictObject({ code: z.string(), message: z.string(), position: z.int().optional() }),
    not_json: z.strictObject({ hint: z.string() }),
    too_slow: z.strictObject({ limit_ms: z.int() }),
    too_large: z.strictObject({ what: z.enum(['data', 'result']), bytes: z.int(), max: z.int() }),
  },
  idempotent: true,
  isolation: 'process',
  role: 'S',
  limits: { timeoutMs: LIMIT_MS },
  graceMs: 200,
  respawn: false,
  async run({ data, expression, bindings }, context) {
    const given = JSON.stringify(data ?? null).length;
    if (given > MAX_BYTES) context.fail('too_large', { what: 'data', bytes: given, max: MAX_BYTES });
    const started = context.now();
    const { default: jsonata } = await import('jsonata');
    try {
      const limits = { timeout: LIMIT_MS - 100, stack: 200, sequence: 1_000_000 };
      const text = asJson(await jsonata(expression, limits).evaluate(data, bindings));
      if (text === undefined)
        return context.fail('not_json', { hint: 'call the function, or pick fields of the result' });
      if (text.length > MAX_BYTES) context.fail('too_large', { what: 'result', bytes: text.length, max: MAX_BYTES });
      return { result: JSON.parse(text) as unknown, ms: Math.max(0, context.now() - started) };
    } catch (cause) {
      const problem = jsonataProblem(cause);
      if (problem === undefined) throw cause;
      if (problem.code === TIMED_OUT) context.fail('too_slow', { limit_ms: LIMIT_MS });
      return context.fail('invalid_expression', problem);
    }
  },
});

/** A result as JSON text; functions, which refer to themselves, are none. */
function asJson(result: unknown): string | undefined {
  try {
    return JSON.stringify(result ?? null);
  } catch (cause) {
    if (cause instanceof TypeError) return undefined;
    throw cause;
  }
}

/** How JSONata says that its own time limit is over. */
const TIMED_OUT = 'D1012';

/** An error of the JSONata language, as its library throws it: an object with a code like `S0201`. */
function jsonataProblem(cause: unknown): { code: string; message: string; position?: number } | undefined {
  if (typeof cause !== 'object' || cause === null || !('code' in cause) || !('message' in cause)) return undefined;
  if (typeof cause.code !== 'string' || !/^[A-Z]\d{4}$/.test(cause.code)) return undefined;
  const problem = { code: cause.code, message: String(cause.message).slice(0, 300) };
  return 'position' in cause && typeof cause.position === 'number' ? { ...problem, position: cause.position } : problem;
}
