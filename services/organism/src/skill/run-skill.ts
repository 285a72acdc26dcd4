import { MeshError, meshErrors, type Problem, validate } from '@seedcore/protocol';
import type { SkillEnd } from '../domain/skill-end.ts';
import { DeclaredFailure } from './declared-failure.ts';
import type { Skill } from './define-skill.ts';
import { type ContextPorts, openContext } from './open-context.ts';
import type { RunOrder } from './skill-host.ts';

/** Runs a skill once: checks its input, runs it, checks its output; never throws. */
export async function runSkill(skill: Skill, order: RunOrder, ports: ContextPorts): Promise<SkillEnd> {
  try {
    const input = validate(skill.input, order.input);
    if (!input.ok) return badInput(input.problems);
    const { context, degraded } = openContext(order, ports);
    const returned = await skill.run(input.value, context);
    if (ports.signal.aborted) return { end: 'stopped', by: 'agent', late: 'ok' };
    return finished(skill, returned, degraded());
  } catch (cause) {
    if (!ports.signal.aborted) return thrown(skill, cause);
    return { end: 'stopped', by: 'agent', ...(cause instanceof DeclaredFailure ? { late: 'error' } : {}) };
  }
}

function finished(skill: Skill, returned: unknown, degraded: string | undefined): SkillEnd {
  const output = validate(skill.output, returned);
  if (!output.ok) return defect('bad_output', list(output.problems));
  return degraded === undefined ? { end: 'ok', output: output.value } : { end: 'ok', output: output.value, degraded };
}

function badInput(problems: readonly Problem[]): SkillEnd {
  return { end: 'failed', code: 'bad_input', message: list(problems), data: { problems } };
}

/** A declared failure is an answer; a call that could not be made may work later; anything else is a defect. */
function thrown(skill: Skill, cause: unknown): SkillEnd {
  if (cause instanceof DeclaredFailure) return declared(skill, cause);
  if (cause instanceof MeshError) return fromMesh(cause);
  return defect('threw', cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause));
}

function declared(skill: Skill, { code, data }: DeclaredFailure): SkillEnd {
  const schema = skill.failures[code];
  const checked = schema === undefined ? undefined : validate(schema, data);
  if (checked === undefined) return defect('undeclared_failure', code);
  if (!checked.ok) return defect('bad_output', `failure ${code}: ${list(checked.problems)}`);
  return { end: 'failed', code, message: code, data: checked.value };
}

function fromMesh(error: MeshError): SkillEnd {
  const { code, message, retryAfterMs } = error;
  const end = { end: 'defect', code, message, retryable: meshErrors[code].kind !== 'caller' } as const;
  return retryAfterMs === undefined ? end : { ...end, retryAfterMs };
}

const defect = (code: string, message: string): SkillEnd => ({
  end: 'defect',
  code,
  message: message.slice(0, 400),
  retryable: true,
});

const list = (problems: readonly Problem[]): string =>
  problems
    .map(({ field, message }) => `${field || '/'}: ${message}`)
    .join('; ')
    .slice(0, 400);
