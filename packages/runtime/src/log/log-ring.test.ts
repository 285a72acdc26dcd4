import { expect, test } from 'vitest';
import { LogRing } from './log-ring.ts';

const line = (n: number, more = {}) => JSON.stringify({ level: 'info', time: 't', msg: `line ${n}`, ...more });

test('the newest two thousand lines are kept, oldest first', () => {
  const ring = new LogRing();
  for (let n = 0; n < 2_005; n++) ring.write(line(n));
  expect(ring.lines()).toHaveLength(2_000);
  expect([ring.lines()[0], ring.lines().at(-1)]).toEqual([line(5), line(2_004)]);
});

test('a line that is too long keeps what it says and loses its fields', () => {
  const ring = new LogRing();
  ring.write(line(1, { big: 'x'.repeat(5_000) }));
  expect(JSON.parse(ring.lines()[0] ?? '')).toEqual({ level: 'info', time: 't', msg: 'line 1', shortened: true });
});
