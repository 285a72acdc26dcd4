import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { constrain, constraintsTooLarge, hashOf } from '../domain/belief.ts';
import type { Ports } from '../ports.ts';
import { changeBelief } from '../work/change-belief.ts';
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
    switch (change.kind) {
      case 'done':
        return ok({ revision: change.revision, constraints_hash: hashOf(constraints), turn: change.turn });
      case 'conflict':
        return fail('conflict', { current_revision: change.current_revision });
      case 'stale_epoch':
        return fail('stale_epoch', { current_epoch: change.current_epoch });
      case 'contended':
        return fail('contended', { tries: change.tries });
      case 'corrupt':
        return fail('corrupt_record', { key: project_id, why: change.why });
      case 'absent':
      case 'turn_conflict':
        throw new Error(`setting constraints cannot end as ${change.kind}`);
    }
  };
}
