import { sha256 } from '@seedcore/protocol';

/** Pause between the turns of two replicas, in ms. */
const TURN_MS = 500;

/** A run whose clock has run out, and who could end it. */
export type SweepCase = {
  readonly taskId: string;
  /** The replica that runs it. */
  readonly host: string;
  /** Replicas heard lately, the asking one among them. */
  readonly replicas: readonly string[];
};

/**
 * Place of a replica in the order in which a run is ended: its host first, since that alone can say how it stopped, then
 * the others by a hash of task and replica. The one of rank r acts r × 500 ms late; where one has acted, the others find
 * nothing left to end.
 */
export function sweepRank(me: string, { taskId, host, replicas }: SweepCase): number {
  if (me === host) return 0;
  const mine = placeOf(taskId, me);
  return 1 + replicas.filter((one) => one !== me && one !== host && placeOf(taskId, one) < mine).length;
}

/** True once it is the turn of a replica of that rank. */
export const isTurn = (sinceMs: number, rank: number): boolean => sinceMs >= rank * TURN_MS;

const placeOf = (taskId: string, replica: string): string => sha256(`${taskId}\0${replica}`);
