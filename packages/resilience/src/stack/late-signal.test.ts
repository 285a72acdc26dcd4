import { expect, test } from 'vitest';
import { LateSignal } from './late-signal.ts';

const [first, second] = [new Error('first'), new Error('second')];

test('a signal that is read in time hears the first reason, once', () => {
  const late = new LateSignal();
  const heard: unknown[] = [];
  late.signal.addEventListener('abort', () => heard.push(late.signal.reason));
  late.abort(first);
  late.abort(second);
  expect(heard).toEqual([first]);
});

test('one that is read afterwards is aborted from its beginning', () => {
  const late = new LateSignal();
  late.abort(first);
  late.abort(second);
  expect([late.signal.aborted, late.signal.reason]).toEqual([true, first]);
  expect(late.signal).toBe(late.signal);
});
