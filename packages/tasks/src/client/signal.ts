import { badRequest, fail, ok } from '@seedcore/protocol';
import { isFinal } from '../record/task-record.ts';
import { jsonBytes, type TaskShelf } from '../record/task-shelf.ts';
import type { Answer } from '../tasks.ts';

/** What a signal may be called. */
export const SIGNAL_NAME = /^[a-z0-9_-]{1,40}$/;
const MAX_SIGNAL_BYTES = 65_536;

/** A signal, and for whom it is. */
export type Signal = { readonly id: string; readonly name: string; readonly value?: unknown };

/**
 * Says something to a task that waits for it, or will. Once stored, it reaches the task whatever dies; of several under one
 * name the first one holds.
 *
 * @throws MeshError `bad_request` naming the field
 */
export async function signal(
  shelf: TaskShelf,
  { id, name, value }: Signal,
): Promise<Answer<{ readonly id: string }, 'unknown_task' | 'already_final'>> {
  if (!SIGNAL_NAME.test(name)) throw badRequest('signal', '/name', `"${name.slice(0, 64)}" cannot name a signal`);
  const body = jsonBytes({ name, value });
  if (body.length > MAX_SIGNAL_BYTES)
    throw badRequest('signal', '/value', `a signal of ${body.length} bytes is larger than ${MAX_SIGNAL_BYTES}`);
  await shelf.ready();
  const read = await shelf.read(id);
  if (read === undefined) return fail('unknown_task', { id });
  if (isFinal(read.value)) return fail('already_final', { id });
  await shelf.broker.write(shelf.subjects.system('high', id, 'signal'), body);
  return ok({ id });
}
