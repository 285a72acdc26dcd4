import { fail } from '@seedcore/protocol';
import type { BeliefChanged } from '../ports.ts';

/** Why a belief was not changed, of the reasons that every change of one may meet; undefined for all other ends. */
export function beliefRefusal(change: BeliefChanged, project_id: string) {
  if (change.kind === 'stale_epoch') return fail('stale_epoch', { current_epoch: change.current_epoch });
  if (change.kind === 'contended') return fail('contended', { tries: change.tries });
  if (change.kind === 'corrupt') return fail('corrupt_record', { key: project_id, why: change.why });
  return undefined;
}
