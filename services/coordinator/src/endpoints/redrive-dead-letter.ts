import type { coordinator } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { plainJson } from '../domain/plain-json.ts';
import type { TaskPorts } from './accept.ts';

/** Gives a dead letter another life. */
export function redriveDeadLetter({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.redrive_dead_letter> {
  return async ({ id, patch }) => {
    const repair = patch === undefined ? {} : { patch: plainJson('coordinator.redrive_dead_letter', '/patch', patch) };
    const answer = await tasks.redrive({ id, ...repair });
    if (answer.ok) return ok({ redriven: [answer.value], skipped: [] });
    const { code, details } = answer.failure;
    if (code === 'unknown_dead_letter') return fail('unknown_dead_letter', { id });
    if (code === 'already_redriven') return ok({ redriven: [], skipped: [{ id, why: 'already redriven' }] });
    return fail('invalid_patch', { path: details.path ?? '', why: details.message ?? 'the patched task is not valid' });
  };
}
