import type { TaskSpec } from '@seedcore/contracts';
import { badRequest, type Json } from '@seedcore/protocol';
import { deadlineProblem } from './deadline-window.ts';
import { plainJson } from './plain-json.ts';

/** A task as it is handed to the queue. */
export type TaskInput = Omit<TaskSpec, 'params' | 'hints'> & {
  readonly params: Json;
  readonly hints: Record<string, Json>;
};

/**
 * Checks what the schema cannot: that params are plain JSON and the deadline lies ahead.
 *
 * @throws MeshError `bad_request` naming the field
 */
export function taskInput(target: string, spec: TaskSpec, nowMs: number): TaskInput {
  const { organ_id } = spec.hints;
  const problem = deadlineProblem(spec.deadline_at, nowMs);
  if (problem !== undefined) throw badRequest(target, '/deadline_at', problem);
  const hints = organ_id === undefined ? {} : { organ_id };
  return { ...spec, params: plainJson(target, '/params', spec.params), hints };
}
