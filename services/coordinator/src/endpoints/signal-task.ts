import type { coordinator } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { demandPlainJson } from '../domain/plain-json.ts';
import type { TaskPorts } from './accept.ts';

/** Says something to a task. */
export function signalTask({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.signal_task> {
  return async ({ id, name, value }) => {
    demandPlainJson('coordinator.signal_task', '/value', value ?? null);
    const answer = await tasks.signal({ id, name, ...(value === undefined ? {} : { value }) });
    return answer.ok ? ok({ id }) : fail(answer.failure.code, { id });
  };
}
