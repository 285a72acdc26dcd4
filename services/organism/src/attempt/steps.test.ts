import { describe, expect, test } from 'vitest';
import { type DurableStep, DurableSteps, PassingSteps } from './steps.ts';

/** Memos as a durable task keeps them: one run of the effect, its value kept. */
function memos(known: Record<string, unknown> = {}): DurableStep {
  return async (name, effect) => {
    if (name in known) return known[name];
    known[name] = await effect(`t/${name}`);
    return known[name];
  };
}

describe('steps of a durable task', () => {
  test('a new step runs under its key and becomes the memo', async () => {
    const steps = new DurableSteps(memos());
    expect(await steps.begin('add')).toEqual({ key: 't/add' });
    expect(await steps.end('add', 5)).toBe(5);
  });

  test('a memo is taken instead', async () => {
    expect(await new DurableSteps(memos({ add: 7 })).begin('add')).toEqual({ value: 7 });
  });

  test('the value of a faster run wins', async () => {
    const steps = new DurableSteps(async (_name, effect) => {
      await effect('t/add');
      return 'theirs';
    });
    await steps.begin('add');
    expect(await steps.end('add', 'mine')).toBe('theirs');
  });

  test('a failed step leaves no memo', async () => {
    const known = {};
    const steps = new DurableSteps(memos(known));
    await steps.begin('add');
    await steps.failed('add', 'no');
    expect(known).toEqual({});
  });

  test('a task that may not go on says so when the step begins', async () => {
    const steps = new DurableSteps(() => Promise.reject(new Error('fenced')));
    await expect(steps.begin('add')).rejects.toThrow('fenced');
  });

  test('an end without a beginning is a bug of the skill', () => {
    expect(() => new DurableSteps(memos()).end('add', 1)).toThrow(RangeError);
  });
});

test('steps of a call are kept for its further runs', async () => {
  const steps = new PassingSteps('t');
  expect(await steps.begin('add')).toEqual({ key: 't/add' });
  await steps.end('add', 5);
  expect(await steps.begin('add')).toEqual({ value: 5 });
  await steps.failed();
  expect(await steps.begin('add')).toEqual({ value: 5 });
});
