import type { coordinator } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { type TaskPorts, waitBudget } from './accept.ts';

/** Stops a task. */
export function cancelTask({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.cancel_task> {
  return async ({ id, reason, wait_ms }, call) => {
    const answer = await tasks.cancel(id, { reason, waitMs: waitBudget(call, wait_ms) });
    if (answer.ok) return ok({ ...answer.value });
    const { state } = answer.failure.details;
    return state === undefined ? fail('unknown_task', { id }) : fail('already_final', { state });
  };
}
