import { deadLettersStream } from '@seedcore/store';
import type { TaskShelf } from '../record/task-shelf.ts';
import { readLetter } from '../tail/dead-letter.ts';
import type { DeadLetter } from '../tasks.ts';

/** A dead letter, and where it lies. */
export type FoundLetter = { readonly letter: DeadLetter; readonly subject: string; readonly seq: number };

/** The dead letter of a task, whatever queue it was in. */
export async function findLetter(shelf: TaskShelf, id: string): Promise<FoundLetter | undefined> {
  const stream = shelf.subjects.stream(deadLettersStream.name);
  const [subject] = await shelf.broker.subjects(stream, `${shelf.subjects.ns}.dlq.*.${id}`);
  const stored = subject === undefined ? undefined : await shelf.broker.last(stream, subject, { fresh: true });
  const letter = stored && readLetter(stored);
  return stored && letter && { letter, subject: stored.subject, seq: stored.seq };
}

/** A letter of an earlier life of the task has nothing more to say. */
export async function dropOlderLetter(shelf: TaskShelf, { id, gen }: { readonly id: string; readonly gen: number }) {
  const found = await findLetter(shelf, id);
  if (found !== undefined && found.letter.gen < gen) await dropLetter(shelf, found);
}

/** Takes it away, but not one that came in its place. */
export async function dropLetter(shelf: TaskShelf, { subject, seq }: FoundLetter): Promise<void> {
  await shelf.broker.purge(shelf.subjects.stream(deadLettersStream.name), subject, seq + 1);
}
