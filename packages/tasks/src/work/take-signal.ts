import { MeshError } from '@seedcore/protocol';
import { z } from 'zod';
import { SIGNAL_NAME } from '../client/signal.ts';
import { isFinal } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';

import { wakeTask } from './wake-task.ts';

const signal = z.object({ name: z.string().regex(SIGNAL_NAME), value: z.unknown().optional() });
const decoder = new TextDecoder();

/** Somebody outside has something to say to a task: it is kept first, then the task is woken. */
export async function takeSignal(shelf: TaskShelf, id: string, body: Uint8Array): Promise<undefined> {
  const read = await shelf.read(id);
  if (read === undefined || isFinal(read.value)) return;
  const { name, value } = readSignal(id, body);
  await shelf.keepSignal(read.value, name, value);
  await wakeTask(shelf, id);
}

/** @throws MeshError `bad_request`: what nobody can read is told of and given up */
function readSignal(id: string, body: Uint8Array): z.output<typeof signal> {
  const target = `signal ${id}`;
  try {
    const checked = signal.safeParse(JSON.parse(decoder.decode(body)));
    if (checked.success) return checked.data;
  } catch (cause) {
    throw new MeshError('bad_request', { target, message: `${target}: is not JSON`, cause });
  }
  throw new MeshError('bad_request', { target, message: `${target}: expected {"name": …, "value": …}` });
}
