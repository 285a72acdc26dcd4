import type { BeliefRecord } from '@seedcore/contracts';
import { expect, test } from 'vitest';
import { advance, beliefOf, constrain, constraintsTooLarge, hashOf, MOST_CONSTRAINTS_BYTES } from './belief.ts';

const AT = '2026-11-22T10:00:00.000Z';
const by = (epoch?: number) => ({ epoch, who: 'organism', at: AT });

function begun(): BeliefRecord {
  const wish = { ...by(), projectId: 'p', constraints: {}, expectedRevision: 0 };
  const verdict = constrain(undefined, 0, wish);
  if (verdict.kind !== 'changed') throw new Error(verdict.kind);
  return verdict.record;
}

test('state 3.6: the hash of constraints is that of their canonical JSON', () => {
  expect(hashOf({ b: [2, 3], a: 1 })).toMatch(/^efbd0040190fb087/);
});

test('a project begins with constraints, in turn 0 and no state', () => {
  const record = begun();
  expect(beliefOf(record)).toEqual({
    ...{ turn: 0, state: null, constraints: {}, constraints_hash: hashOf({}), epoch: 0 },
    ...{ updated_by: 'organism', updated_at: AT },
  });
  expect(advance(undefined, { ...by(), newState: 'build' })).toEqual({ kind: 'absent' });
});

test('a turn is a step of one, from the turn that is expected', () => {
  const step = advance(begun(), { ...by(), newState: 'build', expectedTurn: 0 });
  expect(step).toMatchObject({ kind: 'changed', record: { turn: 1, state: 'build' } });
  const wrong = advance(begun(), { ...by(), newState: 'build', expectedTurn: 4 });
  expect(wrong).toEqual({ kind: 'turn_conflict', current_turn: 0 });
});

test('constraints are set over the revision that was seen, and change no turn', () => {
  const wish = { ...by(), projectId: 'p', constraints: { budget: 3 } };
  expect(constrain(begun(), 7, { ...wish, expectedRevision: 6 })).toEqual({ kind: 'conflict', current_revision: 7 });
  expect(constrain(begun(), 7, { ...wish, expectedRevision: 0 })).toEqual({ kind: 'conflict', current_revision: 7 });
  const set = constrain(begun(), 7, { ...wish, expectedRevision: 7 });
  expect(set).toMatchObject({ kind: 'changed', record: { turn: 0, constraints: { budget: 3 } } });
});

test('a smaller epoch never writes', () => {
  const first = advance(begun(), { ...by(9), newState: 'build' });
  if (first.kind !== 'changed') throw new Error(first.kind);
  expect(first.record.epoch).toBe(9);
  expect(advance(first.record, { ...by(8), newState: 'test' })).toEqual({ kind: 'stale_epoch', current_epoch: 9 });
  expect(advance(first.record, { ...by(), newState: 'test' })).toMatchObject({ record: { turn: 2, epoch: 9 } });
});

test('constraints above 64 KiB are too large, with how much they have', () => {
  const text = 'x'.repeat(MOST_CONSTRAINTS_BYTES);
  expect(constraintsTooLarge({ text })).toEqual({ limit: 65_536, got: 65_536 + '{"text":""}'.length });
  expect(constraintsTooLarge({ text: 'x' })).toBeUndefined();
});
