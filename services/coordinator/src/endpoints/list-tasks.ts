import type { coordinator } from '@seedcore/contracts';
import { type Handler, ok } from '@seedcore/protocol';
import { present } from '../domain/present.ts';
import { allCounts } from '../domain/state-counts.ts';
import type { TaskPorts } from './accept.ts';

/** Tasks, newest first. */
export function listTasks({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.list_tasks> {
  return async (filter) => {
    const { items, counts, cursor, complete } = await tasks.list(present(filter));
    return ok(present({ items: [...items], counts: allCounts(counts), cursor, complete }));
  };
}
