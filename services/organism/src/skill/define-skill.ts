import type { z } from 'zod';
import type { SkillContext } from './skill-context.ts';

/** Schemas of a skill's declared failures, by code. */
export type FailureSchemas = Readonly<Record<string, z.ZodType>>;

/** How far a skill may go. */
export type SkillLimits = {
  /** Longest run in ms; the skill's signal aborts after it. */
  readonly timeoutMs: number;
  /** Longest time in ms without a segment, 5,000 to 600,000; left out: 40 s. */
  readonly silentMs?: number | undefined;
  /** Heap of its thread in MiB, 16 to 1024; a skill that runs inline has none of its own. */
  readonly memoryMb: number;
};

/** A skill as it is written: a small function with a declared input, output and limits. */
export type SkillSpec<I extends z.ZodType, O extends z.ZodType, F extends FailureSchemas> = {
  readonly name: string;
  readonly version: string;
  readonly doc: string;
  readonly input: I;
  readonly output: O;
  readonly failures?: F;
  /** May be run again although it may have run before. */
  readonly idempotent: boolean;
  /** `thread` can be stopped for real; `process` also survives one allocation beyond all bounds, for what strangers
   * wrote; `inline` is for code of this repository that only waits for others. */
  readonly isolation: 'thread' | 'process' | 'inline';
  /** Explores, specialises or observes. */
  readonly role: 'E' | 'S' | 'O';
  readonly limits?: Partial<SkillLimits>;
  /** Time in ms a skill has to let go once its signal aborted, 0 to 30 000. */
  readonly graceMs?: number;
  /** False: a run that outlived its time is not tried again, since it would again. */
  readonly respawn?: boolean;
  /** True: calling a tool again and again, with equal results, is what it does, as one that polls. */
  readonly repeatable?: boolean;
  /** Endpoints it may call, as `service.endpoint`, and `mesh.survey`; the host refuses every other. */
  readonly calls?: readonly string[];
  run(input: z.output<I>, context: SkillContext<F>): Promise<z.input<O>> | z.input<O>;
};

/** A skill with every default filled in. */
export type Skill<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  F extends FailureSchemas = FailureSchemas,
> = Required<Omit<SkillSpec<I, O, F>, 'limits'>> & { readonly limits: SkillLimits };

const NAME = /^[a-z][a-z0-9_-]{0,36}$/;

/**
 * Declares a skill.
 *
 * @throws TypeError listing every problem of the declaration at once
 */
export function defineSkill<I extends z.ZodType, O extends z.ZodType, F extends FailureSchemas = Record<never, never>>(
  spec: SkillSpec<I, O, F>,
): Skill<I, O, F> {
  const { failures = {} as F, limits, graceMs = 5000, respawn = true, repeatable = false, calls = [] } = spec;
  const skill = {
    ...spec,
    failures,
    graceMs,
    respawn,
    repeatable,
    calls,
    limits: { timeoutMs: 600_000, memoryMb: 128, ...limits },
  };
  const problems = skillProblems(skill);
  if (problems.length > 0) throw new TypeError(`skill ${spec.name}:\n  ${problems.join('\n  ')}`);
  return skill;
}

type Checked = { name: string; version: string; limits: SkillLimits; graceMs: number; calls: readonly string[] };

function skillProblems({ name, version, limits, graceMs, calls }: Checked): string[] {
  const within = (what: string, value: number, [low, high]: readonly [number, number]) =>
    value >= low && value <= high ? [] : [`${what} must be ${low} to ${high}`];
  return [
    ...(NAME.test(name) ? [] : ['name must be a-z first, then up to 36 of a-z 0-9 _ -']),
    ...(/^\d+\.\d+\.\d+$/.test(version) ? [] : [`version "${version}" must be three numbers`]),
    ...within('limits.timeoutMs', limits.timeoutMs, [100, 3_600_000]),
    ...(limits.silentMs === undefined ? [] : within('limits.silentMs', limits.silentMs, [5000, 600_000])),
    ...within('limits.memoryMb', limits.memoryMb, [16, 1024]),
    ...within('graceMs', graceMs, [0, 30_000]),
    ...calls
      .filter((call) => !/^[a-z]+\.[a-z_]+$/.test(call))
      .map((call) => `calls: "${call}" is not service.endpoint`),
  ];
}
