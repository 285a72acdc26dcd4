import { canonicalJson, type Json, MeshError, validate } from '@seedcore/protocol';
import { CallFailed, DeclaredFailure } from '@seedcore/tasks/skill';
import type { SkillProgram } from './define-skill.ts';
import { listProblems } from './problem-list.ts';
import type { Frame, SharedRun } from './run-frame.ts';
import { innerScope } from './scope.ts';
import type { SkillContext } from './skill-context.ts';

/** How deep skills may call skills. */
export const MAX_DEPTH = 4;

/** Who calls, and how often it has called the same before. */
export type Caller = {
  readonly run: SharedRun;
  readonly frame: Frame;
  readonly calls: Map<string, number>;
  /** Opens the context of what it calls. */
  readonly open: (frame: Frame) => SkillContext;
};

/**
 * Runs a skill that another one names in `uses`, within the same attempt: same signal, same fence, same limits.
 *
 * @throws CallFailed when it answers with a failure; MeshError `forbidden` when it is not named there
 */
export async function callSkill(caller: Caller, name: string, given: unknown): Promise<unknown> {
  const { run, frame } = caller;
  run.ports.signal.throwIfAborted();
  const program = await calledProgram(caller, name);
  const input = validate(program.input, given);
  if (!input.ok) throw new CallFailed(name, { code: 'bad_input', data: { problems: input.problems } });
  const scope = scopeOf(caller, name, given);
  const context = caller.open({ skill: program, scope, depth: frame.depth + 1 });
  const returned = await answerOf(program, () => program.run(input.value, context));
  const output = validate(program.output, returned);
  if (output.ok) return output.value;
  throw new TypeError(`${name} gave a bad output: ${listProblems(output.problems)}`);
}

async function calledProgram({ run, frame }: Caller, name: string): Promise<SkillProgram> {
  const { skill, depth } = frame;
  if (!skill.uses.includes(name)) {
    const message = `${skill.name} does not name ${name} in uses`;
    throw new MeshError('forbidden', { target: `skill ${name}`, message, sent: false, started: false });
  }
  if (depth >= MAX_DEPTH) throw new RangeError(`${name}: skills call skills ${MAX_DEPTH} deep at most`);
  const program = await run.ports.programs?.(name);
  if (program !== undefined) return program;
  throw new MeshError('unavailable', { target: `skill ${name}`, message: `skill ${name} is not here`, sent: false });
}

function scopeOf({ frame, calls }: Caller, skill: string, given: unknown): string {
  const input: Json = JSON.parse(JSON.stringify(given ?? null));
  const same = `${skill} ${canonicalJson(input)}`;
  const times = calls.get(same) ?? 0;
  calls.set(same, times + 1);
  return innerScope(frame.scope, { skill, input }, times);
}

async function answerOf(skill: SkillProgram, run: () => unknown): Promise<unknown> {
  try {
    return await run();
  } catch (cause) {
    if (!(cause instanceof DeclaredFailure)) throw cause;
    const { code, data } = cause;
    if (skill.failures[code] === undefined) throw new TypeError(`${skill.name} declares no failure ${code}`, { cause });
    throw new CallFailed(skill.name, { code, data });
  }
}
