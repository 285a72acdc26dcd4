import { createHash } from 'node:crypto';
import { canonicalJson, isUlid } from '@seedcore/protocol';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * The id of a task handed in without one: the same for every attempt of one call, so that a repeat is no second task.
 * A lower-case ULID of the call's time and a digest of call and content.
 */
export function taskIdOf(callId: string, content: unknown): string {
  const digest = createHash('sha256')
    .update(`${callId}\n${canonicalJson(content)}`)
    .digest();
  const time = isUlid(callId) ? callId.slice(0, 10) : '0000000000';
  return time + [...digest.subarray(0, 16)].map((byte) => CROCKFORD[byte % 32]).join('');
}
