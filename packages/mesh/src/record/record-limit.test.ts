import { expect, test } from 'vitest';
import { RECORDS_PER_SECOND, RecordLimit, SAMPLE_EVERY, SAMPLES_PER_SECOND } from './record-limit.ts';

const admitted = (limit: RecordLimit, now: number, sample: boolean, times = 200): number =>
  Array.from({ length: times }, () => limit.admits(now, { sample })).filter(Boolean).length;

test('fifty records a second, and the next second has fifty again', () => {
  const limit = new RecordLimit();
  expect(admitted(limit, 0, false)).toBe(RECORDS_PER_SECOND);
  expect(admitted(limit, 999, false)).toBe(0);
  expect(limit.dropped).toBe(350);
  expect(admitted(limit, 1_000, false)).toBe(50);
});

test('calls that went well leave room for those that failed', () => {
  const limit = new RecordLimit();
  expect(admitted(limit, 0, true)).toBe(SAMPLES_PER_SECOND);
  expect(admitted(limit, 0, false)).toBe(RECORDS_PER_SECOND - SAMPLES_PER_SECOND);
});

test('about one call in a hundred is recorded whatever becomes of it', () => {
  const limit = new RecordLimit();
  const sampled = Array.from({ length: 100 * SAMPLE_EVERY }, () => limit.samples()).filter(Boolean);
  expect(sampled).toHaveLength(100);
});
