import { isSensitive, namespaceOf, printable } from '@seedcore/protocol';
import type { z } from 'zod';
import { type BaseConfig, baseConfig } from './base-config.ts';

/** The environment of a process. */
export type Env = Readonly<Record<string, string | undefined>>;

/** One variable that cannot be used. */
export type ConfigProblem = { readonly variable: string; readonly message: string };

/** Everything a process is configured with, or everything that is wrong with it. */
export type ReadConfig<C extends z.ZodObject> =
  | { readonly ok: true; readonly ns: string; readonly base: BaseConfig; readonly own: z.output<C> }
  | { readonly ok: false; readonly problems: readonly ConfigProblem[] };

/** Reads the base configuration and a service's own; an empty variable counts as absent. */
export function readConfig<C extends z.ZodObject>(own: C, env: Env): ReadConfig<C> {
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const ns = readNamespace(given);
  const base = baseConfig.safeParse(given);
  const service = own.safeParse(given);
  const general = [
    ...(typeof ns === 'string' ? [] : [ns]),
    ...(base.success ? [] : problemsOf(base.error, baseConfig, given)),
  ];
  // A service may read a variable again that every service reads: what is wrong with it is said once.
  const told = new Set(general.map(({ variable }) => variable));
  const special = service.success ? [] : problemsOf(service.error, own, given);
  const problems = [...general, ...special.filter(({ variable }) => !told.has(variable))];
  if (typeof ns !== 'string' || !base.success || !service.success) return { ok: false, problems };
  return { ok: true, ns, base: base.data, own: service.data };
}

/** The text a person reads when a process cannot start: one line per variable. */
export function configReport(service: string, problems: readonly ConfigProblem[]): string {
  const lines = problems.map(({ variable, message }) => `  ${variable}: ${message}`);
  return `${service}: ${problems.length === 1 ? '1 problem' : `${problems.length} problems`} in the configuration\n${lines.join('\n')}\n`;
}

function readNamespace(env: Env): string | ConfigProblem {
  try {
    return namespaceOf(env);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    const variable = env['SEEDCORE_NS'] === undefined ? 'RAY_NAMESPACE' : 'SEEDCORE_NS';
    return { variable, message: error.message.replace(/^SEEDCORE_NS: /, '') };
  }
}

function problemsOf(error: z.ZodError, schema: z.ZodObject, env: Env): ConfigProblem[] {
  return error.issues.map(({ path, message }) => {
    const variable = String(path[0] ?? 'environment');
    return { variable, message: `${message}${given(variable, schema, env)}` };
  });
}

/** What was given, unless nobody should see it. */
function given(variable: string, schema: z.ZodObject, env: Env): string {
  const value = env[variable];
  if (value === undefined) return ' (not set)';
  const field = Object.hasOwn(schema.shape, variable) ? schema.shape[variable] : undefined;
  return field === undefined || isSecret(variable, field) ? ' (value hidden)' : ` (got "${printable(value, 64)}")`;
}

const isSecret = (variable: string, field: z.core.$ZodType): boolean =>
  /PASS|TOKEN|SECRET|KEY|CRED/.test(variable) || hasMark(field);

/** The mark may sit under `optional` or `default`. */
function hasMark(field: z.core.$ZodType): boolean {
  if (isMarkable(field) && isSensitive(field)) return true;
  const inner: unknown = Reflect.get(field._zod.def, 'innerType');
  return isSchema(inner) && hasMark(inner);
}

const isMarkable = (field: z.core.$ZodType): field is z.ZodType => 'meta' in field;
const isSchema = (value: unknown): value is z.core.$ZodType =>
  typeof value === 'object' && value !== null && '_zod' in value;
