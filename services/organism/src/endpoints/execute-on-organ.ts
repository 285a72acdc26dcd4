import type { organism } from '@seedcore/contracts';
import { fail, type Handler } from '@seedcore/protocol';
import { type ExecutePorts, execute } from '../attempt/execute.ts';
import type { Roster } from '../domain/roster.ts';

/** Runs a task on the named organ. */
export function executeOnOrgan(
  ports: ExecutePorts & { readonly roster: Roster },
): Handler<typeof organism.endpoints.execute_on_organ> {
  return async ({ organ_id, task, hints, organ_timeout_ms }, call) => {
    const organ = ports.roster.organ(organ_id)?.record;
    if (organ === undefined)
      return fail('unknown_organ', { organ_id, known: ports.roster.organs().map(({ record }) => record.organ_id) });
    return execute({ organ, task, hints, call: call.child(organ_timeout_ms) }, ports);
  };
}
