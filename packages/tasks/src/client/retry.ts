import { fail, isToken, ok } from '@seedcore/protocol';
import { isFinal, type TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { regenerate } from '../record/transitions.ts';
import type { Answer } from '../tasks.ts';
import { beginAgain } from './begin-again.ts';
import { dropOlderLetter } from './find-letter.ts';
import { keptSteps } from './kept-steps.ts';

/** A task that runs again, or why it does not. */
export type Retried = Answer<
  { readonly id: string; readonly gen: number },
  'unknown_task' | 'not_final' | 'unknown_step',
  { readonly id: string; readonly known?: readonly string[] }
>;

/** Gives a task that has ended another life, with the input it had. */
export async function retry(
  shelf: TaskShelf,
  id: string,
  { fromStep }: { readonly fromStep?: string } = {},
): Promise<Retried> {
  await shelf.ready();
  const before = isToken(id) ? (await shelf.read(id))?.value : undefined;
  const spec = before && (await shelf.specOf(before));
  if (before === undefined || spec === undefined) return fail('unknown_task', { id });
  if (!isFinal(before)) {
    await follow(shelf, before); // whoever began this life may have died on the way
    return fail('not_final', { id });
  }
  const steps = await keptSteps(shelf, before, fromStep);
  if ('known' in steps) return fail('unknown_step', { id, known: steps.known });
  const next = regenerate(before, spec, { now: shelf.now(), ...steps });
  await shelf.keepInput(next, spec);
  const { value: record } = await shelf.change(id, (now) => {
    if (now === undefined || now.gen !== before.gen || !isFinal(now)) return 'skip';
    return next;
  });
  if (record === undefined) return fail('unknown_task', { id });
  await follow(shelf, record);
  return ok({ id, gen: record.gen });
}

async function follow(shelf: TaskShelf, record: TaskRecord): Promise<void> {
  await beginAgain(shelf, record);
  await dropOlderLetter(shelf, record);
}
