import { isUlid } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { taskIdOf } from './task-id.ts';

const CALL = '01k9zx3v9m0000000000000000';

test('the id is a ULID of the call, the same for the same content in any order of keys', () => {
  const id = taskIdOf(CALL, { type: 'wait', params: { a: 1, b: 2 } });
  expect(isUlid(id)).toBe(true);
  expect(id.slice(0, 10)).toBe(CALL.slice(0, 10));
  expect(taskIdOf(CALL, { params: { b: 2, a: 1 }, type: 'wait' })).toBe(id);
});

test('other content or another call is another task', () => {
  const ids = [
    taskIdOf(CALL, { type: 'wait' }),
    taskIdOf(CALL, { type: 'notify' }),
    taskIdOf('01k9zx3v9m0000000000000001', { type: 'wait' }),
  ];
  expect(new Set(ids).size).toBe(3);
});
