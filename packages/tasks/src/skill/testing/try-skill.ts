import { validate } from '@seedcore/protocol';
import type { z } from 'zod';
import { CallFailed } from '../call-failed.ts';
import { DeclaredFailure } from '../declared-failure.ts';
import type { FailureSchemas, Skill } from '../define-skill.ts';
import type { FoundMemory, SkillContext, SkillMemory } from '../skill-context.ts';

/** What stands in for the world while a skill is tried. */
export type TryOptions = {
  /** Answers for the skills it calls: what is thrown here is thrown there. */
  readonly skills?: Readonly<Record<string, (input: unknown) => unknown>>;
  /** Working items its agent has, by key, and what a search of its memories finds. */
  readonly items?: Readonly<Record<string, unknown>>;
  readonly memories?: readonly FoundMemory[];
  readonly signal?: AbortSignal;
  readonly attempt?: number;
  /** Milliseconds since 1970: 0 unless told otherwise. */
  readonly now?: number;
};

/** What came of a try: an output or a declared failure, and everything it said and did on the way. */
export type Tried<O> = {
  readonly output?: O;
  readonly failure?: { readonly code: string; readonly data: unknown };
  readonly quality?: number;
  readonly degraded?: string;
  readonly notes: readonly string[];
  readonly emitted: readonly { readonly kind: string; readonly data: unknown }[];
  /** Working items it has put, by key. */
  readonly put: Readonly<Record<string, unknown>>;
  readonly remembered: readonly string[];
  /** Steps and effects that were run, by name. */
  readonly done: readonly string[];
};

/**
 * Runs a skill once in this process: no network, no thread, no time passing. Defects throw, as they would end an attempt.
 *
 * @throws TypeError when input, output or a failure does not fit what the skill declares
 */
export async function trySkill<I extends z.ZodType, O extends z.ZodType, F extends FailureSchemas>(
  skill: Skill<I, O, F>,
  input: z.input<I>,
  options: TryOptions = {},
): Promise<Tried<z.output<O>>> {
  const said: Omit<Said, 'degrade'> = { notes: [], emitted: [], put: {}, remembered: [], done: [] };
  let degraded: string | undefined;
  const context = contextFor<F>(skill, options, { ...said, degrade: (reason) => (degraded = reason) });
  const given = fitting(`input of ${skill.name}`, skill.input, input) as z.output<I>;
  try {
    const output = fitting(`output of ${skill.name}`, skill.output, await skill.run(given, context)) as z.output<O>;
    const quality = skill.checker?.(output, given);
    return {
      ...said,
      output,
      ...(quality === undefined ? {} : { quality }),
      ...(degraded === undefined ? {} : { degraded }),
    };
  } catch (cause) {
    if (cause instanceof CallFailed)
      return { ...said, failure: { code: 'call_failed', data: { skill: cause.skill, code: cause.code } } };
    if (!(cause instanceof DeclaredFailure)) throw cause;
    const schema = skill.failures[cause.code];
    if (schema === undefined) throw new TypeError(`${skill.name} declares no failure ${cause.code}`);
    return { ...said, failure: { code: cause.code, data: fitting(`failure ${cause.code}`, schema, cause.data) } };
  }
}

type Said = {
  readonly notes: string[];
  readonly emitted: { kind: string; data: unknown }[];
  readonly put: Record<string, unknown>;
  readonly remembered: string[];
  readonly done: string[];
  readonly degrade: (reason: string) => void;
};

function contextFor<F extends FailureSchemas>(skill: Skill, options: TryOptions, said: Said): SkillContext<F> {
  const done = async <T>(name: string, run: (key: string) => Promise<T>): Promise<T> => {
    said.done.push(name);
    return run(`try/${name}`);
  };
  return {
    signal: options.signal ?? new AbortController().signal,
    taskId: 'try',
    attempt: options.attempt ?? 1,
    epoch: 1,
    idempotencyKey: 'try',
    correction: undefined,
    log: { info: (message) => void said.notes.push(message), warn: (message) => void said.notes.push(message) },
    left: () => skill.limits.timeoutMs,
    progress: (note) => void said.notes.push(note),
    emit: (kind, data) => void said.emitted.push({ kind, data: JSON.parse(JSON.stringify(data)) }),
    memory: memoryFor(options, said),
    step: done,
    effect: (name, { run }) => {
      if (!skill.sideEffects) throw new TypeError(`${skill.name} uses effect: declare sideEffects`);
      return done(name, run);
    },
    call: async (name, input) => {
      const answer = options.skills?.[name];
      if (!skill.uses.includes(name)) throw new TypeError(`${skill.name} does not name ${name} in uses`);
      if (answer === undefined)
        throw new TypeError(`give an answer for ${name}: trySkill(…, { skills: { ${name}: … } })`);
      return (await answer(input)) as never;
    },
    pause: async () => undefined,
    degrade: said.degrade,
    fail: (code, data) => {
      throw new DeclaredFailure(code, data);
    },
    now: () => options.now ?? 0,
    random: () => 0.5,
  };
}

function memoryFor({ items = {}, memories = [] }: TryOptions, { put, remembered }: Said): SkillMemory {
  return {
    put: (key, value) => {
      put[key] = JSON.parse(JSON.stringify(value ?? null));
    },
    remember: (text) => void remembered.push(text),
    get: async (key) => ({ ...items, ...put })[key] as never,
    search: async (_, { k = 10 } = {}) => memories.slice(0, k),
  };
}

function fitting(what: string, schema: z.ZodType, value: unknown): unknown {
  const checked = validate(schema, value);
  if (checked.ok) return checked.value;
  throw new TypeError(
    `${what}: ${checked.problems.map(({ field, message }) => `${field || '/'} ${message}`).join('; ')}`,
  );
}
