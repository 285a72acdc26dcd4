import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { liveParts } from '../testing/live-parts.ts';
import { LiveAttempts } from './live-attempts.ts';

test('an agent that came back while its last run lets go has both watched, and is asked about the newer', () => {
  const live = new LiveAttempts();
  const parts = liveParts(new VirtualClock());
  const [older, newer] = [live.begin(parts), live.begin(parts)];
  expect(live.running()).toEqual([older, newer]);
  expect(live.of('a')).toBe(newer);
  live.end(newer);
  expect(live.of('a')).toBe(older);
  live.end(older);
  expect([live.running(), live.of('a')]).toEqual([[], undefined]);
});
