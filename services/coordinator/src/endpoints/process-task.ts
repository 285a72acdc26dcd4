import type { coordinator } from '@seedcore/contracts';
import { fail, formatTraceparent, type Handler, ok } from '@seedcore/protocol';
import { present } from '../domain/present.ts';
import { resultEnvelope } from '../domain/result-envelope.ts';
import { accepted, type TaskPorts, waitBudget } from './accept.ts';

const TARGET = 'coordinator.process_task';

/** Takes a task and waits for its result. */
export function processTask({ tasks, clock }: TaskPorts): Handler<typeof coordinator.endpoints.process_task> {
  return async ({ wait_ms, ...spec }, call) => {
    const traceparent = formatTraceparent(call.trace);
    const options = { timeoutMs: waitBudget(call, wait_ms), signal: call.signal, traceparent, target: TARGET };
    const answer = await tasks.run(accepted(TARGET, spec, { call, clock }), options);
    if (!answer.ok) return fail('conflict', answer.failure.details);
    const { id, state } = answer.value;
    const task = await tasks.get(id);
    const result = task && answer.value.result && resultEnvelope(task);
    const reply = present({ id, done: result !== undefined, state: task?.state ?? state, result });
    return ok(reply, result?.degraded);
  };
}
