import { expect, test } from 'vitest';
import { lifeEnd } from './life-end.ts';

const at = (day: number) => `2026-11-${String(day).padStart(2, '0')}T00:00:00.000Z`;

test.each([
  ['never begun: seven days after its last change', { updated_at: at(1) }, 8],
  ['due later: seven days after that', { updated_at: at(1), not_before: at(10) }, 17],
  ['begun: seven days after its first attempt, however often it changed', { updated_at: at(6), started_at: at(1) }, 8],
  ['asleep beyond that: no longer', { updated_at: at(6), started_at: at(1), not_before: at(20) }, 8],
  ['with a deadline: then', { updated_at: at(1), deadline_at: at(3) }, 3],
  ['with a deadline beyond: no longer', { updated_at: at(1), deadline_at: at(30) }, 8],
])('%s', (_name, times, day) => {
  expect(new Date(lifeEnd(times)).toISOString()).toBe(at(day));
});
