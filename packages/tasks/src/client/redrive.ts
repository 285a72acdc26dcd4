import { fail, isToken, ok, validate } from '@seedcore/protocol';
import { deadLettersStream } from '@seedcore/store';
import { MAX_TASK_BYTES, reject } from '../record/accept.ts';
import { mergePatch } from '../record/merge-patch.ts';
import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { regenerate } from '../record/transitions.ts';
import { readLetter } from '../tail/dead-letter.ts';
import { type FullTaskSpec, taskSpec } from '../task-spec.ts';
import type { Answer, DeadLetter, Redrive } from '../tasks.ts';

/** A redriven task, or why there is none. */
export type Redriven = Answer<
  { readonly id: string; readonly gen: number },
  'unknown_dead_letter' | 'invalid_patch',
  { readonly id: string; readonly path?: string; readonly message?: string }
>;

/** Gives a dead letter another life with a repaired input; a repeat after a crash goes on where the first one stopped. */
export async function redrive(shelf: TaskShelf, request: Redrive): Promise<Redriven> {
  const { id } = request;
  await shelf.ready();
  const found = isToken(id) ? await findLetter(shelf, id) : undefined;
  if (found === undefined) return fail('unknown_dead_letter', { id });
  const repaired = repair(found.letter, request);
  if (!repaired.ok) return fail('invalid_patch', { id, ...repaired.problem });
  const { value: record } = await shelf.change(id, (now) => {
    if (now !== undefined && (now.gen !== found.letter.gen || now.state !== 'failed')) return 'skip';
    return regenerate(now ?? recordOf(found.letter, shelf.now()), repaired.spec, shelf.now());
  });
  if (record === undefined) return fail('unknown_dead_letter', { id });
  if (record.state === 'queued') {
    await shelf.keepInput(record, repaired.spec);
    await shelf.armDeadline(record);
    await shelf.carry(record);
    shelf.announce(record, 'queued');
  }
  await shelf.broker.purge(shelf.subjects.stream(deadLettersStream.name), found.subject, found.seq + 1);
  return ok({ id, gen: record.gen });
}

type Found = { readonly letter: DeadLetter; readonly subject: string; readonly seq: number };

async function findLetter(shelf: TaskShelf, id: string): Promise<Found | undefined> {
  const stream = shelf.subjects.stream(deadLettersStream.name);
  const [subject] = await shelf.broker.subjects(stream, `${shelf.subjects.ns}.dlq.*.${id}`);
  const stored = subject === undefined ? undefined : await shelf.broker.last(stream, subject, { fresh: true });
  const letter = stored && readLetter(stored);
  return stored && letter && { letter, subject: stored.subject, seq: stored.seq };
}

type Repaired =
  | { readonly ok: true; readonly spec: FullTaskSpec }
  | { readonly ok: false; readonly problem: { readonly path: string; readonly message: string } };

function repair(letter: DeadLetter, { patch, replacement }: Redrive): Repaired {
  const wanted = replacement ?? (patch === undefined ? letter.spec : mergePatch(letter.spec ?? {}, patch));
  if (wanted === undefined) return refused('', 'the message could not be read: a patch or a replacement is needed');
  const checked = validate(taskSpec, wanted);
  if (!checked.ok) return refused(checked.problems[0]?.field ?? '', checked.problems[0]?.message ?? 'invalid');
  if (checked.value.id !== undefined && checked.value.id !== letter.id) return refused('/id', 'the id stays');
  if (Buffer.byteLength(JSON.stringify(checked.value)) > MAX_TASK_BYTES)
    return refused('/params', `the task is larger than ${MAX_TASK_BYTES} bytes`);
  return { ok: true, spec: checked.value };
}

const refused = (path: string, message: string): Repaired => ({ ok: false, problem: { path, message } });

/** A record for a letter that outlived its own. */
function recordOf({ id, gen, queue, error, raw }: DeadLetter, now: number): TaskRecord {
  return { ...reject(error, raw ?? '', { id, queue, now }), gen };
}
