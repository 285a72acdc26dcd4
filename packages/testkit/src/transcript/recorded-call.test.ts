import type { CallRecord } from '@seedcore/mesh';
import { endpoint, errorBody, id, service } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { recordedCall } from './recorded-call.ts';

const word = errorBody.omit({ error: true }).strict().extend({ word: id });
const contract = (idempotent: boolean) =>
  service('echo', {
    doc: 'Repeats.',
    version: '1.0.0',
    endpoints: { sayIt: endpoint({ doc: 'Repeats.', input: word, output: word, idempotent }) },
  });

const attempt = (n: number, code: string) =>
  ({ at_ms: n, layer: 'attempt', decision: 'failed', detail: { attempt: n, instance: 'e1', code, ms: 40 } }) as const;
const retry = (decision: 'wait' | 'stop', detail: object) => ({ at_ms: 9, layer: 'retry', decision, detail }) as const;

const record: CallRecord = {
  call: '01jdz7x8k2m3n4p5q6r7s8t9va',
  trace_id: '4bf92f3577b34da6a3ce929d0e0e4736',
  target: 'echo.say_it',
  caller: 'asker',
  instance: 'asker-1',
  started: '2026-03-01T12:00:00.000Z',
  ms: 300,
  outcome: 'timeout',
  chain: ['asker'],
  steps: [
    attempt(1, 'overloaded'),
    retry('wait', { code: 'overloaded', wait_ms: 17 }),
    attempt(2, 'internal'),
    retry('wait', { code: 'internal', wait_ms: 60 }),
    attempt(3, 'timeout'),
    retry('stop', { code: 'timeout', reason: 'attempts_spent' }),
  ],
  input: { word: 'a' },
};

const replayed = (idempotent: boolean, other: Partial<CallRecord> = {}) =>
  recordedCall(JSON.stringify({ ...record, ...other })).replay(contract(idempotent));

test('a recorded call goes the same way again', () => replayed(true));

test('where it goes another way, each line that differs is shown', async () => {
  await expect(replayed(false)).rejects.toThrow(
    [
      'the call differs:',
      '  attempt failed 1 overloaded',
      '  retry wait overloaded',
      '  attempt failed 2 internal',
      '- retry wait internal',
      '+ retry stop internal not_idempotent',
      '- attempt failed 3 timeout',
      '- retry stop timeout attempts_spent',
    ].join('\n'),
  );
});

test('what came of earlier calls is not there on a fresh process, and shows', async () => {
  const steps = [{ at_ms: 0, layer: 'breaker', decision: 'refused', detail: { reason: 'run' } } as const];
  await expect(replayed(true, { steps, outcome: 'circuit_open' })).rejects.toThrow('- breaker refused run');
});

test.each([
  ['{}', /no call record/],
  [JSON.stringify({ ...record, input: undefined }), /holds no input/],
  [JSON.stringify({ ...record, outcome: 'ok' }), /only failed calls/],
])('%.20s… cannot be replayed, and says why', (json, why) => {
  expect(() => recordedCall(json)).toThrow(why);
});

test('a contract that has no such endpoint is named', async () => {
  await expect(replayed(true, { target: 'echo.sing' })).rejects.toThrow('echo.sing is not in the contract echo');
});
