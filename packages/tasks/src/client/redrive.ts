import { fail, isToken, MeshError, ok, validate } from '@seedcore/protocol';
import { MAX_OBJECT_BYTES } from '@seedcore/store';
import { repairEvent } from '../history/history-event.ts';
import { reject } from '../record/accept.ts';
import { mergePatch } from '../record/merge-patch.ts';
import type { TaskRecord } from '../record/task-record.ts';
import type { TaskShelf } from '../record/task-shelf.ts';
import { regenerate } from '../record/transitions.ts';
import { type FullTaskSpec, taskSpec } from '../task-spec.ts';
import type { Answer, DeadLetter, Redrive } from '../tasks.ts';
import { beginAgain } from './begin-again.ts';
import { dropLetter, findLetter } from './find-letter.ts';
import { keptSteps } from './kept-steps.ts';

/** A redriven task, or why there is none. */
export type Redriven = Answer<
  { readonly id: string; readonly gen: number },
  'unknown_dead_letter' | 'invalid_patch' | 'unknown_step',
  { readonly id: string; readonly path?: string; readonly message?: string; readonly known?: readonly string[] }
>;

/** Gives a dead letter another life with a repaired input; a repeat after a crash goes on where the first one stopped. */
export async function redrive(shelf: TaskShelf, request: Redrive): Promise<Redriven> {
  const { id } = request;
  await shelf.ready();
  const found = isToken(id) ? await findLetter(shelf, id) : undefined;
  if (found === undefined) return fail('unknown_dead_letter', { id });
  const repaired = repair(request.replacement ? found.letter : await withInput(shelf, found.letter), request);
  if (!repaired.ok) return fail('invalid_patch', { id, ...repaired.problem });
  const before = (await shelf.read(id))?.value;
  // Begun already, by one that did not come to its end: which steps are kept was decided then.
  const begun = before !== undefined && before.gen > found.letter.gen;
  const steps = await keptSteps(shelf, before, begun ? undefined : request.fromStep);
  if ('known' in steps) return fail('unknown_step', { id, known: steps.known });
  const next = regenerate(before ?? recordOf(found.letter, shelf.now()), repaired.spec, { now: shelf.now(), ...steps });
  if (!begun) await shelf.keepInput(next, repaired.spec);
  const {
    value: record,
    rev,
    outcome,
  } = await shelf.change(id, (now) => {
    if (now !== undefined && (now.gen !== found.letter.gen || now.state !== 'failed')) return 'skip';
    return next;
  });
  if (record === undefined) return fail('unknown_dead_letter', { id });
  if (outcome === 'written')
    void shelf.history.note(
      repairEvent(record, { rev, patch: request.replacement ?? request.patch, fromStep: request.fromStep }),
    );
  await beginAgain(shelf, record);
  await dropLetter(shelf, found);
  return ok({ id, gen: record.gen });
}

/** An input that was too large for the letter is put back; a letter whose input is gone has none. */
async function withInput(shelf: TaskShelf, letter: DeadLetter): Promise<DeadLetter> {
  const { input_ref: ref, spec, ...rest } = letter;
  if (ref === undefined || spec === undefined) return letter;
  try {
    return { ...rest, spec: { ...spec, params: await shelf.large.fetchRecord(ref) } };
  } catch (error) {
    if (error instanceof MeshError && error.code === 'unavailable') return rest;
    throw error;
  }
}

type Repaired =
  | { readonly ok: true; readonly spec: FullTaskSpec }
  | { readonly ok: false; readonly problem: { readonly path: string; readonly message: string } };

function repair(letter: DeadLetter, { patch, replacement }: Redrive): Repaired {
  const wanted = replacement ?? (patch === undefined ? letter.spec : mergePatch(letter.spec ?? {}, patch));
  if (wanted === undefined) return refused('', 'its input could not be read: a replacement is needed');
  const checked = validate(taskSpec, wanted);
  if (!checked.ok) return refused(checked.problems[0]?.field ?? '', checked.problems[0]?.message ?? 'invalid');
  if (checked.value.id !== undefined && checked.value.id !== letter.id) return refused('/id', 'the id stays');
  if (Buffer.byteLength(JSON.stringify(checked.value)) > MAX_OBJECT_BYTES)
    return refused('/params', `the task is larger than ${MAX_OBJECT_BYTES} bytes`);
  return { ok: true, spec: checked.value };
}

const refused = (path: string, message: string): Repaired => ({ ok: false, problem: { path, message } });

/** A record for a letter that outlived its own. */
function recordOf({ id, gen, queue, error, raw }: DeadLetter, now: number): TaskRecord {
  return { ...reject(error, raw ?? '', { id, queue, now }), gen };
}
