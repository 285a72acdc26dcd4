import { expect, test } from 'vitest';
import { taskSpec } from '../task-spec.ts';
import { accept, hashOf, keyedId, laneOf } from './accept.ts';

test('a key always gives the same id, and another queue another one', () => {
  expect(keyedId('general', 'order-17')).toBe('k-7peeq2emh5yg4mkeb84ae48hfg');
  expect(keyedId('other', 'order-17')).not.toBe(keyedId('general', 'order-17'));
});

test('the hash sees type, params and description, in whatever order', () => {
  const one = taskSpec.parse({ type: 't', params: { a: 1, b: 2 } });
  expect(hashOf(taskSpec.parse({ type: 't', params: { b: 2, a: 1 }, priority: 'high' }))).toBe(hashOf(one));
  expect(hashOf(taskSpec.parse({ type: 't', params: { a: 1, b: 3 } }))).not.toBe(hashOf(one));
});

test('critical and high share a lane', () => {
  expect((['critical', 'high', 'normal', 'low'] as const).map(laneOf)).toEqual(['high', 'high', 'normal', 'low']);
});

test('large params are kept beside the record', () => {
  const spec = taskSpec.parse({ type: 't', params: { text: 'x'.repeat(5000) } });
  expect(accept(spec, { id: 'a', queue: 'q', now: 0 })).toMatchObject({ input_ref: true, spec: { params: {} } });
});
