import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { advance } from '../domain/belief.ts';
import type { Ports } from '../ports.ts';
import { changeBelief } from '../work/change-belief.ts';
import { beliefRefusal } from './belief-refusal.ts';
import { writerOf } from './writer-of.ts';

/** One turn further; counted once under the name of the request. */
export function advanceBelief(ports: Ports): Handler<typeof state.endpoints.advance_belief> {
  return async ({ project_id, request_id, epoch, new_state: newState, expected_turn: expectedTurn }, call) => {
    const at = new Date(ports.clock.wallMs()).toISOString();
    const wish = { request_id, epoch, newState, expectedTurn, who: writerOf(call), at };
    const change = await changeBelief(
      ports,
      { project_id, request_id },
      {
        call,
        judge: (now) => advance(now, wish),
      },
    );
    if (change.kind === 'done')
      return ok({ turn: change.turn, revision: change.revision, duplicate: change.duplicate });
    if (change.kind === 'turn_conflict') return fail('turn_conflict', { current_turn: change.current_turn });
    return beliefRefusal(change, project_id) ?? fail('unknown_project', { project_id });
  };
}
