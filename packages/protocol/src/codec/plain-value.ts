import { MAX_NESTING } from '../limits.ts';
import { CodecError, isPrototypeKey } from './codec.ts';
import { pointerTo } from './pointer.ts';

type Problem = { readonly message: string; readonly path: readonly (string | number)[] };

/**
 * Lets only plain values through: objects, arrays, well-formed strings, finite numbers, booleans, null and bytes.
 *
 * @throws CodecError naming the place of the first value that is something else, or of a prototype key; without a place
 *   for nesting that is too deep, which would be a long one
 */
export function plainValue(value: unknown): unknown {
  const problem = problemOf(value, 0);
  if (problem === undefined) return value;
  throw new CodecError(problem.message, problem.path.reduce<string>(pointerTo, ''));
}

/** The path is put together on the way back, so that a good value costs none. */
function problemOf(value: unknown, depth: number): Problem | undefined {
  if (typeof value === 'string') return textProblem(value);
  if (typeof value === 'number') return numberProblem(value);
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return undefined;
  if (depth === MAX_NESTING) throw new CodecError(`nesting is deeper than ${MAX_NESTING}`);
  if (Array.isArray(value)) return arrayProblem(value, depth + 1);
  if (typeof value === 'object' && isPlainObject(value)) return objectProblem(value, depth + 1);
  return { message: `${typeof value} is not a plain value`, path: [] };
}

function arrayProblem(values: readonly unknown[], depth: number): Problem | undefined {
  for (let i = 0; i < values.length; i++) {
    const inner = problemOf(values[i], depth);
    if (inner !== undefined) return { ...inner, path: [i, ...inner.path] };
  }
  return undefined;
}

function objectProblem(value: Readonly<Record<string, unknown>>, depth: number): Problem | undefined {
  // Plain objects inherit nothing that can be counted, and going through them like this makes no copy of them.
  for (const key in value) {
    const inner = keyProblem(key) ?? problemOf(value[key], depth);
    if (inner !== undefined) return { ...inner, path: [key, ...inner.path] };
  }
  return undefined;
}

function keyProblem(key: string): Problem | undefined {
  return isPrototypeKey(key) ? { message: `key "${key}" is not allowed`, path: [] } : textProblem(key);
}

/** Half a surrogate pair, which JSON can escape, is no text: written out as UTF-8 it becomes another one. */
function textProblem(text: string): Problem | undefined {
  return text.isWellFormed() ? undefined : { message: 'text has half a surrogate pair', path: [] };
}

/** Whether a whole number is an integer or a large measurement is for its schema to say: `z.int()` refuses beyond 2^53 − 1. */
function numberProblem(value: number): Problem | undefined {
  return Number.isFinite(value) ? undefined : { message: 'number is not finite', path: [] };
}

/** True for an object that is nothing but its members. */
export function isPlainObject(value: object): value is Readonly<Record<string, unknown>> {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
