import { MeshError, meshErrors, type Problem, validate } from '@seedcore/protocol';
import { CallFailed, DeclaredFailure } from '@seedcore/tasks/skill';
import type { SkillEnd } from '../domain/skill-end.ts';
import type { SkillProgram } from './define-skill.ts';
import { type OpenContext, openContext } from './open-context.ts';
import { listProblems } from './problem-list.ts';
import type { ContextPorts } from './run-frame.ts';
import type { RunOrder } from './skill-host.ts';

/** Runs a skill once: checks its input, runs it, checks its output; never throws. */
export async function runSkill(skill: SkillProgram, order: RunOrder, ports: ContextPorts): Promise<SkillEnd> {
  const opened = openContext(skill, order, ports);
  try {
    const input = validate(skill.input, order.input);
    if (!input.ok) return badInput(input.problems);
    const returned = await skill.run(input.value, opened.context);
    if (ports.signal.aborted) return { end: 'stopped', by: 'agent', late: 'ok' };
    return finished(skill, { input: input.value, returned }, opened);
  } catch (cause) {
    if (!ports.signal.aborted) return thrown(skill, cause);
    return { end: 'stopped', by: 'agent', ...(cause instanceof DeclaredFailure ? { late: 'error' } : {}) };
  } finally {
    opened.flush();
  }
}

function finished(skill: SkillProgram, run: { input: unknown; returned: unknown }, opened: OpenContext): SkillEnd {
  const output = validate(skill.output, run.returned);
  if (!output.ok) return defect('bad_output', listProblems(output.problems));
  const quality = qualityOf(skill, { ...run, output: output.value }, opened);
  const degraded = opened.degraded();
  const { emitted, remembered } = opened.buffered;
  return {
    end: 'ok',
    output: output.value,
    ...(degraded === undefined ? {} : { degraded }),
    ...(quality === undefined ? {} : { quality }),
    ...(emitted.length === 0 ? {} : { emitted }),
    ...(remembered.length === 0 ? {} : { remembered }),
  };
}

/** A checker that fails says nothing about the output: its quality is not known, and the log tells why. */
function qualityOf(skill: SkillProgram, run: { input: unknown; output: unknown }, { context }: OpenContext) {
  try {
    const quality = skill.checker?.(run.output, run.input);
    if (quality === undefined || (quality >= 0 && quality <= 1)) return quality;
    context.log.warn('the checker gave no number from 0 to 1', { quality: String(quality) });
  } catch (cause) {
    context.log.warn('the checker threw', { cause: cause instanceof Error ? cause.message : String(cause) });
  }
  return undefined;
}

function badInput(problems: readonly Problem[]): SkillEnd {
  return { end: 'failed', code: 'bad_input', message: listProblems(problems), data: { problems } };
}

/** A declared failure is an answer, also a called skill's; a call that could not be made may work later; anything else is
 * a defect. */
function thrown(skill: SkillProgram, cause: unknown): SkillEnd {
  if (cause instanceof DeclaredFailure) return declared(skill, cause);
  if (cause instanceof CallFailed) {
    const { skill: called, code, data, message } = cause;
    return { end: 'failed', code: 'call_failed', message, data: { skill: called, code, data } };
  }
  if (cause instanceof MeshError) return fromMesh(cause);
  return defect('threw', cause instanceof Error ? `${cause.name}: ${cause.message}` : String(cause));
}

function declared(skill: SkillProgram, { code, data }: DeclaredFailure): SkillEnd {
  const schema = skill.failures[code];
  const checked = schema === undefined ? undefined : validate(schema, data);
  if (checked === undefined) return defect('undeclared_failure', code);
  if (!checked.ok) return defect('bad_output', `failure ${code}: ${listProblems(checked.problems)}`);
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
