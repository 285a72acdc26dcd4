import type { Clock } from './clock.ts';
import { type Random, randomText } from './random.ts';

const CROCKFORD = '0123456789abcdefghjkmnpqrstvwxyz';

/**
 * A lower-case ULID: 10 characters of wall-clock milliseconds, 16 of chance; sorts by creation time.
 *
 * @source github.com/ulid/spec
 */
export function ulid(clock: Clock, random: Random): string {
  let time = Math.floor(clock.wallMs());
  let head = '';
  for (let i = 0; i < 10; i++) {
    head = CROCKFORD[time % 32] + head;
    time = Math.floor(time / 32);
  }
  return head + randomText(random, CROCKFORD, 16);
}

/** True for a lower-case ULID. */
export const isUlid = (text: string): boolean => /^[0-7][0-9a-hjkmnp-tv-z]{25}$/.test(text);
