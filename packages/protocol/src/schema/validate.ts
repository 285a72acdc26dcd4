import type { z } from 'zod';
import { cutPointer, MAX_POINTER, pointerTo, shownPointer } from '../codec/pointer.ts';
import { nearest } from '../language/names.ts';
import { MAX_REFUSAL_MESSAGE } from '../limits.ts';
import { MeshError } from '../mesh-error.ts';
import { printable } from '../printable.ts';
import { quickCheck } from './quick-check.ts';

/** Most problems listed in one answer. */
const MAX_PROBLEMS = 5;

/** One thing wrong with a value: where, as a JSON Pointer, and what. */
export type Problem = { readonly field: string; readonly message: string };

/** The validated value, defaults filled in, or what is wrong with it. */
export type Validated<T> =
  | { readonly ok: true; readonly value: T }
  | { readonly ok: false; readonly problems: readonly Problem[] };

/** Checks `value` against `schema`. */
export function validate<S extends z.ZodType>(schema: S, value: unknown): Validated<z.output<S>> {
  // What certainly fits comes back as it is, which no type can follow.
  if (quickCheck(schema)?.(value)) return { ok: true, value: value as z.output<S> };
  const result = schema.safeParse(value);
  if (result.success) return { ok: true, value: result.data };
  const known = knownFields(schema);
  return { ok: false, problems: misspeltFirst(result.error.issues).flatMap((issue) => problemsOf(issue, known)) };
}

/** A misspelt field also looks like a missing one: the former is what its author wants to hear about. */
function misspeltFirst(issues: readonly z.core.$ZodIssue[]): readonly z.core.$ZodIssue[] {
  const rank = ({ code }: z.core.$ZodIssue) => (code === 'unrecognized_keys' ? 0 : 1);
  return [...issues].sort((a, b) => rank(a) - rank(b)).slice(0, MAX_PROBLEMS);
}

/** The `bad_request` for problems of an input: names the first field in message and details. */
export function badInput(target: string, problems: readonly Problem[]): MeshError {
  const first = problems[0] ?? { field: '', message: 'invalid' };
  const message = printable(`${shownPointer(first.field)}: ${first.message}`, MAX_REFUSAL_MESSAGE);
  return new MeshError('bad_request', { target, message, started: false, details: { field: first.field, problems } });
}

function problemsOf(issue: z.core.$ZodIssue, known: readonly string[]): Problem[] {
  const field = issue.path
    .map((step) => (typeof step === 'symbol' ? String(step) : step))
    .reduce<string>(pointerTo, '');
  const place = (pointer: string) => cutPointer(pointer, MAX_POINTER);
  if (issue.code !== 'unrecognized_keys') return [{ field: place(field), message: printable(issue.message, 160) }];
  return issue.keys
    .slice(0, MAX_PROBLEMS)
    .map((key) => ({ field: place(pointerTo(field, key)), message: unknownField(key, known) }));
}

/** The pointer beside it says which; its name is not repeated. */
function unknownField(key: string, known: readonly string[]): string {
  const meant = nearest(key, known);
  return meant === undefined ? 'unknown field' : `unknown field; did you mean "${meant}"?`;
}

/** Every field name that occurs anywhere in an object schema, for hints. */
function knownFields(schema: z.ZodType): readonly string[] {
  const names = new Set<string>();
  collect(schema, names, 0);
  return [...names];
}

function collect(node: unknown, names: Set<string>, depth: number): void {
  if (depth > 8 || typeof node !== 'object' || node === null || !('def' in node)) return;
  const def: unknown = node.def;
  if (typeof def !== 'object' || def === null) return;
  if ('shape' in def && typeof def.shape === 'object' && def.shape !== null) {
    for (const [name, inner] of Object.entries(def.shape)) {
      names.add(name);
      collect(inner, names, depth + 1);
    }
  }
  for (const key of ['innerType', 'element', 'in', 'out', 'valueType'] as const)
    collect(Reflect.get(def, key), names, depth + 1);
  const options: unknown = Reflect.get(def, 'options');
  if (Array.isArray(options)) for (const option of options) collect(option, names, depth + 1);
}
