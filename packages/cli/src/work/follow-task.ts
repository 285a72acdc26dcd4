import { coordinator, type TaskView } from '@seedcore/contracts';
import type { Mesh } from '@seedcore/mesh';
import { delay, MeshError } from '@seedcore/protocol';

const finals: ReadonlySet<string> = new Set(['succeeded', 'failed', 'cancelled', 'expired']);
const waitMs = 10_000;
const againMs = 200;

/**
 * Follows a task until it is final, `withinMs` at most, through restarts of whoever does it; gives what was seen last,
 * or `undefined` when the task was never heard of.
 */
export async function followTask(mesh: Mesh, id: string, withinMs: number): Promise<TaskView | undefined> {
  const until = mesh.clock.now() + withinMs;
  let seen: TaskView | undefined;
  while (mesh.clock.now() < until) {
    seen = (await look(mesh, id, Math.min(waitMs, until - mesh.clock.now()))) ?? seen;
    if (seen && finals.has(seen.state) && seen.result) return seen;
    await delay(mesh.clock, againMs);
  }
  return seen;
}

/** One look; nothing when the task is not known yet or nobody could be asked. */
async function look(mesh: Mesh, id: string, waitFor: number): Promise<TaskView | undefined> {
  const wait_ms = Math.max(0, Math.floor(waitFor));
  try {
    const reply = await mesh.client(coordinator).get_task({ id, wait_ms }, { deadlineMs: wait_ms + 2000 });
    return reply.ok ? reply.value : undefined;
  } catch (error) {
    if (error instanceof MeshError) return undefined; // asked again by the caller, whose time is limited
    throw error;
  }
}
