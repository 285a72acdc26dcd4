import type { TaskSpec } from '@seedcore/contracts';
import type { Call, Clock } from '@seedcore/protocol';
import type { Tasks } from '@seedcore/tasks';
import { taskIdOf } from '../adapters/task-id.ts';
import { checkTask } from '../domain/task-input.ts';

/** What the endpoints work with. */
export type TaskPorts = { readonly tasks: Tasks; readonly clock: Clock };

/** Time kept for the way back of a reply, in ms. */
const REPLY_MS = 250;

/** A task as it is handed in: with an id or a key of its own, else one that stays the same when the call is repeated. */
export function accepted(target: string, spec: TaskSpec, { call, clock }: { call: Call; clock: Clock }): TaskSpec {
  checkTask(target, spec, clock.wallMs());
  if (spec.id !== undefined || spec.idempotency_key !== undefined) return spec;
  if (call.idempotencyKey !== undefined) return { ...spec, idempotency_key: call.idempotencyKey };
  return { ...spec, id: taskIdOf(call.id, spec) };
}

/** How long to wait for a result: as long as asked, but never so long that the reply comes too late. */
export function waitBudget(call: Call, askedMs = Number.POSITIVE_INFINITY): number {
  return Math.max(0, Math.min(askedMs, call.left() - REPLY_MS));
}
