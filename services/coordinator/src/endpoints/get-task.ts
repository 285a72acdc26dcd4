import type { coordinator } from '@seedcore/contracts';
import { type Call, fail, type Handler, ok } from '@seedcore/protocol';
import type { Tasks, TaskView } from '@seedcore/tasks';
import { taskView } from '../domain/task-view.ts';
import { type TaskPorts, waitBudget } from './accept.ts';

/** Where a task is. */
export function getTask({ tasks, clock }: TaskPorts): Handler<typeof coordinator.endpoints.get_task> {
  return async ({ id, wait_ms, include }, call) => {
    const task = await awaited(tasks, await tasks.get(id), { waitMs: wait_ms, call });
    if (task === undefined) return fail('unknown_task', { id });
    const history = include.includes('history') ? await tasks.history(id) : undefined;
    return ok(taskView(task, { input: include.includes('input'), history, nowMs: clock.wallMs() }));
  };
}

type Patience = { readonly waitMs: number; readonly call: Call };

async function awaited(tasks: Tasks, task: TaskView | undefined, { waitMs, call }: Patience) {
  if (task === undefined || waitMs === 0 || task.finished_at !== undefined) return task;
  await tasks.wait(task.id, { timeoutMs: waitBudget(call, waitMs), gen: task.gen, signal: call.signal });
  return tasks.get(task.id);
}
