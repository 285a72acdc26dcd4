import type { coordinator } from '@seedcore/contracts';
import { fail, formatTraceparent, type Handler, ok } from '@seedcore/protocol';
import { accepted, type TaskPorts } from './accept.ts';

const TARGET = 'coordinator.submit_task';

/** Takes a task. */
export function submitTask({ tasks, clock }: TaskPorts): Handler<typeof coordinator.endpoints.submit_task> {
  return async (spec, call) => {
    const traceparent = formatTraceparent(call.trace);
    const task = accepted(TARGET, spec, { call, clock });
    const answer = await tasks.submit(task, { traceparent, target: TARGET });
    if (!answer.ok) return fail('conflict', answer.failure.details);
    return ok({ ...answer.value });
  };
}
