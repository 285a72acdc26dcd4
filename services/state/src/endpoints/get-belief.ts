import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { beliefOf } from '../domain/belief.ts';
import type { Ports } from '../ports.ts';

/** What a project holds to be so, now or at the end of an earlier turn. */
export function getBelief({ beliefs }: Ports): Handler<typeof state.endpoints.get_belief> {
  return async ({ project_id, at_turn, consistency }) => {
    const now = await beliefs.read(project_id, { fresh: consistency === 'leader' });
    if (now.kind === 'corrupt') return fail('corrupt_record', { key: project_id, why: now.why });
    if (now.kind === 'absent') return fail('unknown_project', { project_id });
    if (at_turn === undefined || at_turn === now.value.turn)
      return ok({ belief: beliefOf(now.value), revision: now.rev });
    const kept = await beliefs.history(project_id);
    const then = kept.findLast(({ value }) => value.turn === at_turn);
    if (then !== undefined) return ok({ belief: beliefOf(then.value), revision: then.rev });
    const current_turn = now.value.turn;
    return fail('turn_not_kept', { oldest_turn: kept[0]?.value.turn ?? current_turn, current_turn });
  };
}
