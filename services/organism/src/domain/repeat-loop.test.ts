import type { Json } from '@seedcore/protocol';
import { describe, expect, test } from 'vitest';
import { repeatLoop, toolCall } from './repeat-loop.ts';

const call = (args: Json, result: Json, tool = 'search') => toolCall({ tool, args, result });

describe('organism.A9, the repeat part', () => {
  test('the same call with the same result for the third time is a loop, also with others in between', () => {
    const same = call({ q: 'x', n: 1 }, ['a']);
    const other = call({ q: 'y' }, ['a']);
    expect(repeatLoop([same, same])).toBeUndefined();
    expect(repeatLoop([same, other, same, other, call({ n: 1, q: 'x' }, ['a'])])).toMatch(/search called 3 times/);
  });

  test('with changing results it is one at the tenth in a row', () => {
    const calls = Array.from({ length: 10 }, (_, n) => call({ page: 1 }, n));
    expect(repeatLoop(calls.slice(1))).toBeUndefined();
    expect(repeatLoop(calls)).toMatch(/10 times in a row/);
  });

  test('other arguments, another tool, or long ago are none', () => {
    const same = call(1, 1);
    const others = Array.from({ length: 9 }, (_, n) => call(`other ${n}`, 1));
    expect(repeatLoop([same, call(2, 1), call(3, 1)])).toBeUndefined();
    expect(repeatLoop([same, same, call(1, 1, 'fetch')])).toBeUndefined();
    expect(repeatLoop([same, same, ...others, same])).toBeUndefined();
    expect(repeatLoop([])).toBeUndefined();
  });
});
