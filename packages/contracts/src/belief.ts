import { id, time } from '@seedcore/protocol';
import { z } from 'zod';

const turn = z.int().nonnegative();
const epoch = z.int().nonnegative();
/** Names a change, so that a repeat of it changes nothing. */
export const requestId = z.string().regex(/^[\x21-\x7e]{1,128}$/, 'must be 1 to 128 printable characters, no space');
const projectState = z.string().min(1).max(128);

/** What a project holds to be so: the turn it is in, and what limits it. */
export const belief = z.strictObject({
  turn: turn.describe('how often it was advanced'),
  state: projectState.nullable().describe('null before the first turn'),
  constraints: z.record(z.string().max(256), z.json()),
  constraints_hash: z.string().describe('SHA-256 of the constraints as canonical JSON'),
  epoch: epoch.describe('of the last writer that named one; a smaller one never writes again'),
  updated_by: z.string(),
  updated_at: time,
});

/** A belief as it is kept. */
export const beliefRecord = belief.extend({ project_id: id });
/** A change of a belief as it is remembered, so that its repeat is known; written together with what it changed. */
export const beliefRequest = z.strictObject({ request_id: requestId, turn });

/** Fields of the calls that change a belief. */
export const beliefChange = {
  project_id: id,
  request_id: requestId.describe('the same one again, within a day, gets the first answer'),
  epoch: epoch.optional().describe("the writer's; smaller than the record's is refused"),
};
/** Fields of a call that advances one. */
export const beliefStep = {
  new_state: projectState,
  expected_turn: turn.optional().describe('advance only from this turn; without it, from whatever turn it is in'),
};

/** What a project holds to be so. */
export type Belief = z.output<typeof belief>;
/** A belief as it is kept. */
export type BeliefRecord = z.output<typeof beliefRecord>;
/** A change of a belief as it is remembered. */
export type BeliefRequest = z.output<typeof beliefRequest>;
