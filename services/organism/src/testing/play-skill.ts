import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { z } from 'zod';
import { defineSkill, type OwnSpec, type SkillProgram } from '../skill/define-skill.ts';
import { runSkill } from '../skill/run-skill.ts';
import type { SkillContext } from '../skill/skill-context.ts';
import { FakeHost, orderOf } from './fake-host.ts';

/** What the skill may answer instead of a number. */
export const failures = { too_big: z.strictObject({ max: z.int() }) };
/** What the skill does. */
export type Body = (input: { n: number }, context: SkillContext<typeof failures>) => unknown;

type More = Partial<Omit<OwnSpec<z.ZodType, z.ZodType, typeof failures>, 'run' | 'checker'>>;

/** A skill that is said to double a number, and does what it is told. */
export const skillOf = (run: Body, more: More = {}): SkillProgram =>
  defineSkill({
    name: 'twice',
    version: '1.0.0',
    doc: 'Doubles a number.',
    input: z.strictObject({ n: z.int() }),
    output: z.strictObject({ twice: z.int() }),
    failures,
    idempotent: true,
    isolation: 'inline',
    role: 'S',
    graceMs: 1000,
    ...more,
    run: run as (input: { n: number }, context: SkillContext<typeof failures>) => { twice: number },
  });

/** A host that answers nothing, and time that stands still. */
export function portsOf(host = new FakeHost(), signal = new AbortController().signal) {
  return { host, clock: new VirtualClock(), random: new SeededRandom(1), signal };
}

/** Runs it once. */
export const play = (run: Body, input: unknown = { n: 2 }, ports = portsOf()) =>
  runSkill(skillOf(run), orderOf('twice', input), ports);

/** Runs a skill that may call the others, each under its name. */
export function playWith(skill: SkillProgram, others: readonly SkillProgram[], host = new FakeHost()) {
  const all = new Map([skill, ...others].map((one) => [one.name, one]));
  const programs = async (name: string) => all.get(name);
  return runSkill(skill, orderOf(skill.name, { n: 2 }), { ...portsOf(host), programs });
}
