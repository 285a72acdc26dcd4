import { isRecord } from '@seedcore/protocol';
import { CommandError, exitCodes } from '../exit-code.ts';
import { parseDuration } from '../output/quantity.ts';

/** Options of `task submit` and `task run`, as typed. */
export interface TaskFlags {
  readonly id?: string;
  readonly description?: string;
  readonly domain?: string;
  readonly priority?: string;
  readonly deadline?: string;
  readonly requires?: string;
  readonly key?: string;
  readonly organ?: string;
}

/**
 * Merges a task's type, its params and the options into what `submit_task` takes. JSON with a `type` of its own is a
 * whole task; options win over it.
 *
 * @param nowMs wall clock, ms since 1970; deadlines are typed as durations
 * @throws CommandError when there is no type or the deadline is no duration
 */
export function taskSpec(
  type: string | undefined,
  input: unknown,
  flags: TaskFlags,
  nowMs: number,
): Record<string, unknown> {
  if (!isRecord(input)) throw new CommandError('a task is a JSON object', exitCodes.usage);
  const whole = type === undefined || typeof input['type'] === 'string';
  const base = whole ? input : { params: input };
  const chosen = type ?? base['type'];
  if (typeof chosen !== 'string')
    throw new CommandError('the task has no type: seedcore task run <type> [params]', exitCodes.usage);
  const { id, description, domain, priority, requires, organ } = flags;
  return {
    ...base,
    type: chosen,
    ...defined({ id, description, domain, priority, idempotency_key: flags.key }),
    ...(requires === undefined ? {} : { requires: requires.split(',').map((one) => one.trim()) }),
    ...(organ === undefined ? {} : { hints: { organ_id: organ } }),
    ...(flags.deadline === undefined ? {} : { deadline_at: deadlineAt(flags.deadline, nowMs) }),
  };
}

function deadlineAt(text: string, nowMs: number): string {
  const ms = parseDuration(text);
  if (ms === undefined) throw new CommandError(`--deadline ${text}: write it as 30s, 5m or 2h`, exitCodes.usage);
  return new Date(nowMs + ms).toISOString();
}

function defined(values: Record<string, unknown>): Record<string, unknown> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined));
}
