import type { coordinator } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import type { ServicePorts } from '../service.ts';

/** Lets a queue stand still, for a time or until it is resumed. */
export function pauseQueue({
  tasks,
  clock,
}: Pick<ServicePorts, 'tasks' | 'clock'>): Handler<typeof coordinator.endpoints.pause_queue> {
  return async ({ queue, reason, author, for_s: seconds }) => {
    const until = seconds === undefined ? undefined : new Date(clock.wallMs() + 1000 * seconds);
    const by = author === undefined ? {} : { author };
    await tasks.pause(queue, { reason, ...by, ...(until === undefined ? {} : { until }) });
    return ok({ queue, reason, ...by, ...(until === undefined ? {} : { until: until.toISOString() }) });
  };
}
