import { badRequest } from '@seedcore/protocol';
import { type Pause, pauseKey, pauseLeftMs } from '../record/pause.ts';
import type { TaskShelf } from '../record/task-shelf.ts';

/** Why a queue is paused, by whom, and until when; left out: until it is resumed. */
export type PauseOptions = { readonly reason: string; readonly author?: string; readonly until?: Date };

/** A queue that is paused. */
export type PausedQueue = { readonly queue: string } & Pause;

/** Most queues one looks at. */
const MAX_QUEUES = 1_000;

/** No task of the queue is begun any more. @throws MeshError `bad_request` naming the field */
export async function pause(shelf: TaskShelf, queue: string, { reason, author, until }: PauseOptions): Promise<void> {
  if (until !== undefined && until.getTime() <= shelf.now()) throw badRequest('pause', '/until', 'is over already');
  await shelf.ready();
  const paused: Pause = {
    reason: reason.slice(0, 200),
    ...(author === undefined ? {} : { author: author.slice(0, 64) }),
    ...(until === undefined ? {} : { until: until.toISOString() }),
  };
  await shelf.pauses.update(pauseKey(queue), () => paused);
}

/** Its tasks are begun again. */
export async function resume(shelf: TaskShelf, queue: string): Promise<void> {
  await shelf.ready();
  await shelf.pauses.update(pauseKey(queue), () => 'remove');
}

/** Queues that are paused, by name. */
export async function paused(shelf: TaskShelf): Promise<readonly PausedQueue[]> {
  await shelf.ready();
  const prefix = pauseKey('');
  const { items } = await shelf.pauses.list(prefix, { limit: MAX_QUEUES });
  return items
    .filter(({ value }) => pauseLeftMs(value, shelf.now()) > 0)
    .map(({ key, value }) => ({ queue: key.slice(prefix.length), ...value }));
}
