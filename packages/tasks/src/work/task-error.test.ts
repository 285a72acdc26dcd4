import { MeshError } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { declared, errorOf, isUnserved } from './task-error.ts';

test('a declared failure reads as its own sentence where its details have one', () => {
  expect(declared({ code: 'bad_input', details: { message: '/for_ms: expected number', skill: 'wait' } })).toEqual({
    code: 'bad_input',
    message: '/for_ms: expected number',
    retryable: false,
    details: { message: '/for_ms: expected number', skill: 'wait' },
  });
});

test('without a sentence the details speak, without details the code', () => {
  expect(declared({ code: 'too_slow', details: { limit_ms: 2000 } }).message).toBe('too_slow {"limit_ms":2000}');
  expect(declared({ code: 'gone', details: undefined }).message).toBe('gone');
});

test('a message is cut, and large details are left out', () => {
  const error = declared({ code: 'big', details: { text: 'x'.repeat(10_000) } });
  expect(error).toEqual({ code: 'big', message: 'big', retryable: false });
  expect(declared({ code: 'long', details: { message: 'y'.repeat(1000) } }).message).toHaveLength(400);
});

test('a refusal is worth another attempt of the task, whoever refused; a mistake of the caller is not', () => {
  for (const code of ['no_responder', 'unavailable', 'overloaded', 'circuit_open', 'bulkhead_full'] as const)
    expect(isUnserved(errorOf(new MeshError(code, { target: 'a.b' })))).toBe(true);
  for (const code of ['bad_request', 'forbidden', 'timeout', 'internal'] as const)
    expect(isUnserved(errorOf(new MeshError(code, { target: 'a.b' })))).toBe(false);
  expect(isUnserved(declared({ code: 'overloaded', details: {} }))).toBe(false);
});
