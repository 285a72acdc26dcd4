import { expect, test } from 'vitest';
import { type Fusion, fusedScore } from './fuse.ts';

/** As the literature has it, words first. */
const USUAL: Fusion = { text: 0.6, vector: 0.4, k: 60 };

test('state.A1 golden vector: places of three documents in two rankings', () => {
  const places = { A: [1, 3], B: [2, 1], C: [3, 2] } as const;
  const scores = Object.entries(places).map(
    ([id, [rankText, rankVector]]) => [id, fusedScore({ rankText, rankVector }, USUAL)] as const,
  );
  const expected = { A: 0.01618527, B: 0.0162348, C: 0.01597542 };
  for (const [id, score] of scores) expect(score).toBeCloseTo(expected[id as keyof typeof expected], 8);
  expect(scores.toSorted(([, a], [, b]) => b - a).map(([id]) => id)).toEqual(['B', 'A', 'C']);
});

test('a ranking without the document adds nothing', () => {
  expect(fusedScore({ rankText: 1 })).toBe(0.4 / 6);
  expect(fusedScore({ rankVector: 1 })).toBe(0.6 / 6);
  expect(fusedScore({})).toBe(0);
});
