import type { TaskSpec } from '@seedcore/contracts';
import { badRequest } from '@seedcore/protocol';
import { deadlineProblem } from './deadline-window.ts';
import { demandPlainJson } from './plain-json.ts';

/**
 * Checks what the schema of a task cannot: that params are plain JSON, and that the deadline lies ahead.
 *
 * @throws MeshError `bad_request` naming the field
 */
export function checkTask(target: string, { deadline_at, params }: TaskSpec, nowMs: number): void {
  const problem = deadlineProblem(deadline_at, nowMs);
  if (problem !== undefined) throw badRequest(target, '/deadline_at', problem);
  demandPlainJson(target, '/params', params);
}
