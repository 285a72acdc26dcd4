import { expect, test } from 'vitest';
import { triageQuestion } from './triage-question.ts';

test('the gain of a job is what energy expects of calm, and is left out while unknown', () => {
  const scores = (deltaE: number | undefined) => triageQuestion('1 anomaly', deltaE).options.map((one) => one.scores);
  expect(scores(-0.05)).toEqual([
    { gain: 0.05, gpu_s: 1_800 },
    { gain: 0.05, gpu_s: 600 },
    { gain: 0, gpu_s: 0 },
  ]);
  expect(scores(undefined)).toEqual([{ gpu_s: 1_800 }, { gpu_s: 600 }, { gain: 0, gpu_s: 0 }]);
});
