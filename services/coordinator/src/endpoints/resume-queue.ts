import type { coordinator } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import type { TaskPorts } from './accept.ts';

/** Lets a paused queue go on. */
export function resumeQueue({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.resume_queue> {
  return async ({ queue }) => {
    await tasks.resume(queue);
    return ok({ queue });
  };
}
