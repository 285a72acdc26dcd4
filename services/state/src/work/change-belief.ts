import type { BeliefRecord } from '@seedcore/contracts';
import type { Call } from '@seedcore/protocol';
import type { BeliefVerdict } from '../domain/belief.ts';
import type { BeliefChanged, Ports } from '../ports.ts';

/** Time the reply needs on its way, in ms. */
const REPLY_MS = 200;

/** Changes a belief once under the name of the request, for as long as its caller waits, and announces it. */
export async function changeBelief(
  { beliefs, announcements }: Pick<Ports, 'beliefs' | 'announcements'>,
  request: { readonly project_id: string; readonly request_id: string },
  { call, judge }: { call: Call; judge: (now: BeliefRecord | undefined, rev: number) => BeliefVerdict },
): Promise<BeliefChanged> {
  const { project_id } = request;
  const changed = await beliefs.change(request, judge, Math.max(0, call.left() - REPLY_MS));
  if (changed.kind === 'done' && !changed.duplicate) {
    const { turn, revision } = changed;
    announcements.beliefChanged({ project_id, turn, revision });
  }
  return changed;
}
