import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import type { Ports } from '../ports.ts';

/** Removes a fact; its vector goes when the embedding loop finds that it belongs to nothing. */
export function deleteFact(ports: Ports): Handler<typeof state.endpoints.delete_fact> {
  return async ({ fact_id, expected_revision: expected }) => {
    let current = 0;
    const writing = await ports.facts.revise(fact_id, (now, rev) => {
      current = now === undefined ? 0 : rev;
      return now !== undefined && (expected === undefined || expected === rev) ? 'remove' : 'skip';
    });
    if (writing.kind === 'contended') return fail('contended', { tries: writing.tries });
    if (writing.kind === 'corrupt') return fail('corrupt_record', { key: fact_id, why: writing.why });
    const deleted = writing.kind === 'removed';
    if (!deleted && expected !== undefined && expected !== current)
      return fail('conflict', { current_revision: current });
    return ok({ deleted });
  };
}
