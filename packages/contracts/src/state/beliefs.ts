import { endpoint, event, failure, id } from '@seedcore/protocol';
import { z } from 'zod';
import { belief, beliefChange, beliefStep } from '../belief.ts';
import { conflict, contended, corruptRecord, restoring, revision, staleEpoch, tooLarge } from './refusals.ts';

const unknownProject = failure(z.strictObject({ project_id: id }), { status: 404 });
const turn = z.int().nonnegative();

/** What projects hold to be so. */
export const beliefEndpoints = {
  get_belief: endpoint({
    doc: 'What a project holds to be so, now or in an earlier turn.',
    input: z.strictObject({
      project_id: id,
      at_turn: turn.optional().describe('as it was last in that turn; the newest 64 revisions are kept'),
      consistency: z.enum(['cached', 'leader']).default('leader'),
    }),
    output: z.strictObject({ belief, revision }),
    failures: {
      unknown_project: unknownProject,
      turn_not_kept: failure(z.strictObject({ oldest_turn: turn, current_turn: turn }), { status: 404 }),
      corrupt_record: corruptRecord,
    },
    idempotent: true,
    deadlineMs: 2000,
    criticality: 'critical',
  }),
  advance_belief: endpoint({
    doc: 'One turn further, into another state; counted once however often it is asked.',
    input: z
      .strictObject({ ...beliefChange, ...beliefStep })
      .meta({ example: { project_id: 'p1', new_state: 'build', expected_turn: 4, request_id: 'r-17' } }),
    output: z.strictObject({ turn, revision, duplicate: z.boolean() }),
    failures: {
      unknown_project: unknownProject,
      turn_conflict: failure(z.strictObject({ current_turn: turn }), { status: 409 }),
      stale_epoch: staleEpoch,
      contended,
      restoring,
      corrupt_record: corruptRecord,
    },
    idempotent: true,
    deadlineMs: 15_000,
    criticality: 'critical',
  }),
  set_constraints: endpoint({
    doc: 'Sets what limits a project, in the turn it is in; over revision 0 it begins a project.',
    input: z
      .strictObject({ ...beliefChange, constraints: belief.shape.constraints, expected_revision: revision })
      .meta({ example: { project_id: 'p1', constraints: { budget: 10 }, expected_revision: 0, request_id: 'r-1' } }),
    output: z.strictObject({ revision, constraints_hash: z.string(), turn }),
    failures: {
      conflict,
      stale_epoch: staleEpoch,
      contended,
      too_large: tooLarge,
      restoring,
      corrupt_record: corruptRecord,
    },
    idempotent: true,
    deadlineMs: 15_000,
    criticality: 'critical',
  }),
};

/** What is told of them. */
export const beliefEvents = {
  belief_changed: event({
    doc: 'A project came into another turn, or got other constraints.',
    kind: 'lossy',
    data: z.strictObject({ project_id: id, turn, revision }),
    key: 'project_id',
  }),
};
