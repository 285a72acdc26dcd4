import { expect, test } from 'vitest';
import { judged, markOf, vectorState } from './embedded.ts';

const of = markOf('red pump');
const answer = (values: readonly number[] | undefined, dims = 2) => ({ model: 'm', dims, values });

test('a direction as long as it should be is kept', () => {
  const kept = judged(of, answer([1, 0]), {});
  expect(kept).toEqual({ of, model: 'm', values: Float32Array.of(1, 0), rejected: 0 });
  expect(vectorState(of, kept)).toBe('stored');
});

test.each([
  ['of wrong length', answer([1, 0, 0]), {}],
  ['of another length than others of its model', answer([1, 0, 0], 3), { dims: 2 }],
  ['zero', answer([0, 0]), {}],
  ['not finite', answer([Number.NaN, 1]), {}],
  ['too large for 32 bits', answer([1e300, 1]), {}],
  ['missing', answer(undefined), {}],
])('a vector that is %s is dropped, and the text given up after the third', (_what, wrong, known) => {
  let kept = judged(of, wrong, known);
  expect(kept).toEqual({ of, model: 'm', rejected: 1 });
  kept = judged(of, wrong, { ...known, kept });
  expect(vectorState(of, kept)).toBe('pending');
  kept = judged(of, wrong, { ...known, kept });
  expect(vectorState(of, kept)).toBe('off');
});

test('rejections count in a row, for one text and one model', () => {
  const twice = { of, model: 'm', rejected: 2 };
  expect(judged(of, { ...answer(undefined), model: 'n' }, { kept: twice }).rejected).toBe(1);
  expect(judged(markOf('other'), answer(undefined), { kept: twice }).rejected).toBe(1);
  expect(vectorState(markOf('other'), { ...twice, rejected: 3 })).toBe('pending');
});
