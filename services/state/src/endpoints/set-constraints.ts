import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { constrain, constraintsTooLarge, hashOf } from '../domain/belief.ts';
import type { Ports } from '../ports.ts';
import { changeBelief } from '../work/change-belief.ts';
import { beliefRefusal } from './belief-refusal.ts';
import { writerOf } from './writer-of.ts';

/** Sets what limits a project; over revision 0 it begins one. */
export function setConstraints(ports: Ports): Handler<typeof state.endpoints.set_constraints> {
  return async ({ project_id, request_id, epoch, constraints, expected_revision: expectedRevision }, call) => {
    const tooLarge = constraintsTooLarge(constraints);
    if (tooLarge !== undefined) return fail('too_large', tooLarge);
    const at = new Date(ports.clock.wallMs()).toISOString();
    const wish = { projectId: project_id, request_id, epoch, constraints, expectedRevision, who: writerOf(call), at };
    const judge = (now: Parameters<typeof constrain>[0], rev: number) => constrain(now, rev, wish);
    const change = await changeBelief(ports, { project_id, request_id }, { call, judge });
    if (change.kind === 'done')
      return ok({ revision: change.revision, constraints_hash: hashOf(constraints), turn: change.turn });
    if (change.kind === 'conflict') return fail('conflict', { current_revision: change.current_revision });
    const refusal = beliefRefusal(change, project_id);
    if (refusal === undefined) throw new Error(`setting constraints cannot end as ${change.kind}`);
    return refusal;
  };
}
