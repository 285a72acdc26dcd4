import type { coordinator } from '@seedcore/contracts';
import { fail, formatTraceparent, type Handler, ok } from '@seedcore/protocol';
import { accepted, type TaskPorts } from './accept.ts';

/** Takes a task. */
export function submitTask({ tasks, clock }: TaskPorts): Handler<typeof coordinator.endpoints.submit_task> {
  return async (spec, call) => {
    const traceparent = formatTraceparent(call.trace);
    const answer = await tasks.submit(accepted('coordinator.submit_task', spec, { call, clock }), { traceparent });
    if (!answer.ok) return fail('conflict', answer.failure.details);
    return ok({ ...answer.value });
  };
}
