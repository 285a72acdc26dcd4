import { expect, test } from 'vitest';
import { endOf, type ProgramEnd, ProgramTrouble } from './program-end.ts';

const end = (how: ProgramEnd['how'], more: Partial<ProgramEnd> = {}) =>
  endOf({ how, output: '', tooMuch: false, lastLine: '', ...more });

test('0 is a result: JSON, or nothing', () => {
  expect(end({ code: 0 }, { output: '{"cats":2}\n' })).toEqual({ ok: true, value: { cats: 2 } });
  expect(end({ code: 0 }, { output: ' \n' })).toEqual({ ok: true, value: undefined });
});

test('what is not JSON is an answer that says so', () => {
  expect(end({ code: 0 }, { output: '2 cats' })).toMatchObject({
    ok: false,
    failure: { code: 'bad_output', details: { message: expect.stringMatching(/not JSON/) } },
  });
});

test('75 and a signal are tried again, and the last line says why', () => {
  expect(() => end({ code: 75 }, { lastLine: 'no light' })).toThrowError(new ProgramTrouble('temporary', 'no light'));
  expect(() => end({ signal: 'SIGSEGV' }, { lastLine: 'ouch' })).toThrowError(/SIGSEGV.*ouch/);
  expect(new ProgramTrouble('killed', '')).toMatchObject({ retryable: true, code: 'killed' });
});

test('any other code is an answer, and final', () => {
  expect(end({ code: 2 }, { lastLine: 'no picture' })).toMatchObject({
    ok: false,
    failure: { code: 'exit_2', details: { message: 'no picture', exit_code: 2 } },
  });
});

test('too much output is no result, whatever the code', () => {
  expect(end({ code: 0 }, { output: '[1', tooMuch: true })).toMatchObject({ failure: { code: 'output_too_large' } });
  expect(end({ signal: 'SIGKILL' }, { tooMuch: true })).toMatchObject({ failure: { code: 'output_too_large' } });
});
