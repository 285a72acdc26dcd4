import { expect, test } from 'vitest';
import { taskSpec } from './task-spec.ts';

const now = Date.parse('2026-11-22T10:00:00Z');

test('a type and its params make a task', () => {
  expect(taskSpec('wait', { for_ms: 5 }, {}, now)).toEqual({ type: 'wait', params: { for_ms: 5 } });
});

test('JSON with a type is a whole task, and options win over it', () => {
  const whole = { type: 'wait', params: {}, priority: 'low', domain: 'x' };
  expect(taskSpec(undefined, whole, { priority: 'high' }, now)).toEqual({ ...whole, priority: 'high' });
});

test('every option has its field', () => {
  const flags = {
    id: 'a',
    description: 'd',
    domain: 'general',
    priority: 'high',
    deadline: '30s',
    requires: 'read, write',
    key: 'k',
    organ: 'utility_organ_1',
  };
  expect(taskSpec('wait', {}, flags, now)).toEqual({
    type: 'wait',
    params: {},
    id: 'a',
    description: 'd',
    domain: 'general',
    priority: 'high',
    deadline_at: '2026-11-22T10:00:30.000Z',
    requires: ['read', 'write'],
    idempotency_key: 'k',
    hints: { organ_id: 'utility_organ_1' },
  });
});

test.each([
  [undefined, {}, {}],
  ['wait', [1], {}],
  ['wait', {}, { deadline: 'soon' }],
])('what is no task is refused: %s %j %j', (type, input, flags) => {
  expect(() => taskSpec(type, input, flags, now)).toThrow();
});
