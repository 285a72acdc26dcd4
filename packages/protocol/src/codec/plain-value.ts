import { CodecError, isPrototypeKey } from './codec.ts';
import { pointerTo } from './pointer.ts';

type Problem = { readonly message: string; readonly path: readonly (string | number)[] };

/**
 * Lets only plain values through: objects, arrays, well-formed strings, finite numbers, booleans, null and bytes.
 *
 * @throws CodecError naming the place of the first value that is something else, or of a prototype key
 */
export function plainValue(value: unknown): unknown {
  const problem = problemOf(value);
  if (problem === undefined) return value;
  throw new CodecError(problem.message, problem.path.reduce<string>(pointerTo, ''));
}

/** The path is put together on the way back, so that a good value costs none. */
function problemOf(value: unknown): Problem | undefined {
  if (typeof value === 'number') return numberProblem(value);
  if (typeof value === 'string') return textProblem(value);
  if (value === null || typeof value === 'boolean' || value instanceof Uint8Array) return undefined;
  if (Array.isArray(value)) return arrayProblem(value);
  if (typeof value === 'object' && isPlain(value)) return objectProblem(value);
  return { message: `${typeof value} is not a plain value`, path: [] };
}

function arrayProblem(values: readonly unknown[]): Problem | undefined {
  for (let i = 0; i < values.length; i++) {
    const inner = problemOf(values[i]);
    if (inner !== undefined) return { ...inner, path: [i, ...inner.path] };
  }
  return undefined;
}

function objectProblem(value: object): Problem | undefined {
  // Plain objects inherit nothing that can be counted, and going through them like this makes no copy of them.
  for (const key in value) {
    const inner = keyProblem(key) ?? problemOf(Reflect.get(value, key));
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

function isPlain(value: object): boolean {
  const prototype: unknown = Object.getPrototypeOf(value);
  return prototype === Object.prototype || prototype === null;
}
