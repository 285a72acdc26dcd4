import { expect, test } from 'vitest';
import { detectionOf } from './detection.ts';

test('of many anomalies the worst are listed in index order, and all are counted', () => {
  const all = Array.from({ length: 300 }, (_, index) => ({ index, value: 1, score: index, severity: 'low' as const }));
  const { found, anomalies } = detectionOf(all);
  expect(found).toBe(300);
  expect(anomalies).toHaveLength(200);
  expect([anomalies[0]?.index, anomalies.at(-1)?.index]).toEqual([100, 299]);
});
