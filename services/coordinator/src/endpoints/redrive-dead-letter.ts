import type { coordinator } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { demandPlainJson } from '../domain/plain-json.ts';
import type { TaskPorts } from './accept.ts';

/** Gives a dead letter another life. */
export function redriveDeadLetter({ tasks }: TaskPorts): Handler<typeof coordinator.endpoints.redrive_dead_letter> {
  return async ({ id, patch, from_step: fromStep }) => {
    demandPlainJson('coordinator.redrive_dead_letter', '/patch', patch ?? {});
    const answer = await tasks.redrive({
      id,
      ...(patch && { patch }),
      ...(fromStep === undefined ? {} : { fromStep }),
    });
    if (answer.ok) return ok({ redriven: [answer.value] });
    const { code, details } = answer.failure;
    if (code === 'unknown_step') return fail('unknown_step', { id, known: [...(details.known ?? [])] });
    if (code === 'unknown_dead_letter') return fail('unknown_dead_letter', { id });
    return fail('invalid_patch', { path: details.path ?? '', why: details.message ?? 'the patched task is not valid' });
  };
}
