import { deadLettersStream, type Stored } from '@seedcore/store';

import type { TaskShelf } from '../record/task-shelf.ts';
import { readLetter } from '../tail/dead-letter.ts';
import type { DeadLetter } from '../tasks.ts';

const BATCH = 256;
/** Most letters looked at for one list. */
export const MAX_LETTERS = 10_000;

/** `<ns>.dlq.<queue>.<id>`; those of events, in the same stream, have more tokens. */
const isOfTask = (subject: string): boolean => subject.split('.').length === 4;

/** Dead letters, newest first. */
export async function deadLetters(
  shelf: TaskShelf,
  filter: { readonly queue?: string; readonly limit: number },
): Promise<{ readonly items: readonly DeadLetter[]; readonly total: number }> {
  await shelf.ready();
  const stream = shelf.subjects.stream(deadLettersStream.name);
  const all = await shelf.broker.subjects(stream, shelf.subjects.deadLetters(filter.queue));
  const subjects = all.filter(isOfTask);
  const stored: Stored[] = [];
  for (let at = 0; at < Math.min(subjects.length, MAX_LETTERS); at += BATCH)
    stored.push(...(await shelf.broker.lastOfEach(stream, subjects.slice(at, at + BATCH))));
  const newest = stored.sort((a, b) => b.seq - a.seq);
  const letters = newest.flatMap((one) => readLetter(one) ?? []);
  return { items: letters.slice(0, filter.limit), total: letters.length };
}
