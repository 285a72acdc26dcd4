import type { z } from 'zod';
import type { SkillContext } from './skill-context.ts';
import { skillProblems } from './skill-problems.ts';

/** Schemas of a skill's declared failures, by code. */
export type FailureSchemas = Readonly<Record<string, z.ZodType>>;

/** How far a skill may go. */
export type SkillLimits = {
  /** Longest run in ms; the skill's signal aborts after it. 600,000 unless it says otherwise. */
  readonly timeoutMs: number;
  /** Heap of its thread in MiB, 16 to 1024; a skill that runs inline has none of its own. */
  readonly memoryMb: number;
  /** Longest silence between two signs of life, in ms, 5,000 to 600,000; what an organ says where it says nothing. */
  readonly silentMs?: number;
  /** Most runs at the same time in one process of the service; as many as there are agents where it says nothing. */
  readonly concurrency?: number;
};

/** What a skill says of itself beside its schemas and its code. */
export type SkillFacts = {
  readonly name: string;
  readonly version: string;
  readonly doc: string;
  /** May be run again although it may have run before. */
  readonly idempotent: boolean;
  /** `thread` can be stopped for real; `process` also survives one allocation beyond all bounds, for what strangers
   * wrote; `inline` is for code of this repository that only waits for others. */
  readonly isolation: 'thread' | 'process' | 'inline';
  /** Explores, specialises or observes. */
  readonly role: 'E' | 'S' | 'O';
  readonly limits: SkillLimits;
  /** Time in ms a skill has to let go once its signal aborted, 0 to 30,000. */
  readonly graceMs: number;
  /** False: a run that outlived its time is not tried again, since it would again. */
  readonly respawn: boolean;
  /** Skills it may call. */
  readonly uses: readonly string[];
  /** What it takes and what it gives, in words a planner joins skills by. */
  readonly consumes: readonly string[];
  readonly produces: readonly string[];
  /** What it changes outside of the mesh, in words. */
  readonly effects: readonly string[];
  /** It changes something outside of the mesh; only then it may use `effect`. True as soon as it names `effects`. */
  readonly sideEffects: boolean;
  /** The skill that undoes it. */
  readonly compensation?: string;
  /** Its author wants a person asked first; told in the catalogue, and for a plan that uses it to say itself. */
  readonly needsApproval: boolean;
  /** Asking the same again and again is its work: no loop. */
  readonly repeatable: boolean;
};

type Defaulted =
  | 'graceMs'
  | 'respawn'
  | 'uses'
  | 'consumes'
  | 'produces'
  | 'effects'
  | 'sideEffects'
  | 'needsApproval'
  | 'repeatable';

/** What a skill takes and gives, and the code in between. */
export type SkillCode<
  I extends z.ZodType,
  O extends z.ZodType,
  F extends FailureSchemas,
  C extends SkillContext<F> = SkillContext<F>,
> = {
  readonly input: I;
  readonly output: O;
  /** How good an output is for its input, 0 to 1: the only source of an outcome's `quality`. */
  checker?(output: z.output<O>, input: z.output<I>): number;
  run(input: z.output<I>, context: C): Promise<z.input<O>> | z.input<O>;
};

/** A skill as it is written: a small function with a declared input, output and limits. */
export type SkillSpec<
  I extends z.ZodType,
  O extends z.ZodType,
  F extends FailureSchemas,
  C extends SkillContext<F> = SkillContext<F>,
> = Omit<SkillFacts, Defaulted | 'limits'> &
  Partial<Pick<SkillFacts, Defaulted>> &
  SkillCode<I, O, F, C> & {
    readonly limits?: Partial<SkillLimits>;
    /** Answers that are no output, by code. */
    readonly failures?: F;
  };

/** A skill with every default filled in. */
export type Skill<
  I extends z.ZodType = z.ZodType,
  O extends z.ZodType = z.ZodType,
  F extends FailureSchemas = FailureSchemas,
  C extends SkillContext<F> = SkillContext<F>,
> = SkillFacts & SkillCode<I, O, F, C> & { readonly failures: F };

/**
 * Declares a skill.
 *
 * @throws TypeError listing every problem of the declaration at once
 */
export function defineSkill<
  I extends z.ZodType,
  O extends z.ZodType,
  F extends FailureSchemas = Record<never, never>,
  C extends SkillContext<F> = SkillContext<F>,
>(spec: SkillSpec<I, O, F, C>): Skill<I, O, F, C> {
  const skill: Skill<I, O, F, C> = {
    failures: {} as F,
    graceMs: 5000,
    respawn: true,
    uses: [],
    consumes: [],
    produces: [],
    effects: [],
    needsApproval: false,
    repeatable: false,
    ...spec,
    sideEffects: spec.sideEffects ?? (spec.effects ?? []).length > 0,
    limits: { timeoutMs: 600_000, memoryMb: 128, ...spec.limits },
  };
  const problems = skillProblems(skill);
  if (problems.length > 0) throw new TypeError(`skill ${spec.name}:\n  ${problems.join('\n  ')}`);
  return skill;
}
