import fc from 'fast-check';
import { expect, test } from 'vitest';
import { isTurn, sweepRank } from './sweep-turn.ts';

test('its host comes first, the others have a turn each', () => {
  const ids = fc.uniqueArray(fc.string({ minLength: 1, maxLength: 8 }), { minLength: 2, maxLength: 8 });
  fc.assert(
    fc.property(ids, fc.string(), ([host = '', ...rest], taskId) => {
      const replicas = [host, ...rest];
      const ranks = replicas.map((me) => sweepRank(me, { taskId, host, replicas }));
      expect(ranks[0]).toBe(0);
      expect(ranks.toSorted((a, b) => a - b)).toEqual(replicas.map((_, i) => i));
    }),
  );
});

test('a host nobody has heard of still has its turn', () => {
  expect(sweepRank('b', { taskId: 't', host: 'gone', replicas: ['b'] })).toBe(1);
});

test('the turn of rank r comes r × 500 ms late', () => {
  expect([isTurn(0, 0), isTurn(499, 1), isTurn(500, 1), isTurn(999, 2)]).toEqual([true, false, true, false]);
});
