import { type MeshErrorCode, meshErrors } from '@seedcore/protocol';

const FREE_PER_ATTEMPT = 1;

/**
 * Whether an attempt that an instance refused without running it may go straight to another instance.
 * One bounce per attempt is free, a second is a retry. A refusal cured this way counts for the instance alone (S5).
 */
export function mayBounce(code: MeshErrorCode, bounced: number): boolean {
  const { kind, breaker } = meshErrors[code];
  return kind === 'not_run' && breaker === 'soft' && bounced < FREE_PER_ATTEMPT;
}
