import type { Belief, BeliefRecord } from '@seedcore/contracts';
import { canonicalJson, sha256 } from '@seedcore/protocol';

/** Largest constraints, in bytes of canonical JSON. */
export const MOST_CONSTRAINTS_BYTES = 65_536;

/** Who changes a belief, under which epoch, and when. */
export type BeliefWriter = {
  readonly epoch?: number | undefined;
  readonly who: string;
  readonly at: string;
};

/** Constraints of a project. */
export type Constraints = Belief['constraints'];

/** What comes of a change. */
export type BeliefVerdict =
  | { readonly kind: 'changed'; readonly record: BeliefRecord }
  | { readonly kind: 'absent' }
  | { readonly kind: 'stale_epoch'; readonly current_epoch: number }
  | { readonly kind: 'turn_conflict'; readonly current_turn: number }
  | { readonly kind: 'conflict'; readonly current_revision: number };

/** One turn further, into another state. */
export function advance(
  now: BeliefRecord | undefined,
  wish: BeliefWriter & { readonly newState: string; readonly expectedTurn?: number | undefined },
): BeliefVerdict {
  if (now === undefined) return { kind: 'absent' };
  const stale = staleEpoch(now, wish);
  if (stale !== undefined) return stale;
  const { expectedTurn, newState: state } = wish;
  if (expectedTurn !== undefined && expectedTurn !== now.turn) return { kind: 'turn_conflict', current_turn: now.turn };
  return { kind: 'changed', record: written({ ...now, state, turn: now.turn + 1 }, wish) };
}

/** Other constraints, in the same turn; over revision 0 they begin a project. */
export function constrain(
  now: BeliefRecord | undefined,
  rev: number,
  wish: BeliefWriter & {
    readonly projectId: string;
    readonly constraints: Constraints;
    readonly expectedRevision: number;
  },
): BeliefVerdict {
  const stale = now && staleEpoch(now, wish);
  if (stale !== undefined) return stale;
  const current_revision = now === undefined ? 0 : rev;
  if (wish.expectedRevision !== current_revision) return { kind: 'conflict', current_revision };
  const { constraints } = wish;
  const record = { ...(now ?? begun(wish.projectId)), constraints, constraints_hash: hashOf(constraints) };
  return { kind: 'changed', record: written(record, wish) };
}

/** Bytes by which constraints are too large, with the limit; undefined when they are not. */
export function constraintsTooLarge(constraints: Constraints): { limit: number; got: number } | undefined {
  const got = new TextEncoder().encode(canonicalJson(constraints)).length;
  return got <= MOST_CONSTRAINTS_BYTES ? undefined : { limit: MOST_CONSTRAINTS_BYTES, got };
}

/** A belief without what only its keeper needs. */
export function beliefOf({ project_id: _id, ...belief }: BeliefRecord): Belief {
  return belief;
}

/** SHA-256 of constraints as canonical JSON, in hex. */
export const hashOf = (constraints: Constraints): string => sha256(canonicalJson(constraints));

/** A writer of the past changes nothing. */
const staleEpoch = (now: BeliefRecord, { epoch }: BeliefWriter): BeliefVerdict | undefined =>
  epoch !== undefined && epoch < now.epoch ? { kind: 'stale_epoch', current_epoch: now.epoch } : undefined;

const written = (record: BeliefRecord, { epoch, who, at }: BeliefWriter): BeliefRecord => ({
  ...record,
  epoch: epoch ?? record.epoch,
  updated_by: who,
  updated_at: at,
});

const begun = (projectId: string): BeliefRecord => ({
  ...{ project_id: projectId, turn: 0, state: null, constraints: {}, constraints_hash: hashOf({}) },
  ...{ epoch: 0, updated_by: '', updated_at: '' },
});
