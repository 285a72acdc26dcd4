import type { coordinator } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { TaskPorts } from './accept.ts';

/** Does a task that has ended once more. */
export function retryTask({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.retry_task> {
  return async ({ id, from_step: fromStep }) => {
    const answer = await tasks.retry(id, fromStep === undefined ? {} : { fromStep });
    if (answer.ok) return ok({ ...answer.value });
    const { code, details } = answer.failure;
    return code === 'unknown_step' ? fail(code, { id, known: [...(details.known ?? [])] }) : fail(code, { id });
  };
}
