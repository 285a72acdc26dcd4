import { VirtualClock } from '@seedcore/protocol/testing';
import { attemptContext } from '@seedcore/tasks/testing';
import { expect, test } from 'vitest';
import { execHandler, KILL_AFTER_MS, MAX_LINES } from './exec-handler.ts';
import type { ProgramInput } from './launch-program.ts';
import type { ProgramEnd } from './program-end.ts';

const done: ProgramEnd = { how: { code: 0 }, output: '{"cats":2}', tooMuch: false, lastLine: '' };

/** A program that ends when it is told to, and what it was given and sent. */
function bench() {
  const clock = new VirtualClock();
  const signals: string[] = [];
  const notes: string[] = [];
  const given: ProgramInput[] = [];
  const { promise: ended, resolve: end, reject } = Promise.withResolvers<ProgramEnd>();
  const stopping = new AbortController();
  const task = attemptContext({ id: 'a', type: 'see', signal: stopping.signal });
  const handler = execHandler({
    clock,
    note: (line) => notes.push(line),
    launch: (input) => {
      given.push(input);
      return { ended, signal: (name) => signals.push(name) };
    },
  });
  const result = handler({ url: 'x' }, task);
  result.catch(() => undefined);
  return { clock, signals, notes, given, end, reject, stopping, result };
}

test('the params go in as JSON, the task is in the environment, the result comes out', async () => {
  const { given, end, result, signals } = bench();
  expect(given[0]).toMatchObject({
    stdin: '{"url":"x"}\n',
    env: { SEEDCORE_TASK_ID: 'a', SEEDCORE_TASK_TYPE: 'see', SEEDCORE_TASK_ATTEMPT: '1', SEEDCORE_TASK_EPOCH: '1' },
  });
  end(done);
  expect(await result).toEqual({ ok: true, value: { cats: 2 } });
  expect(signals).toEqual([]);
});

test('standard error goes to the log, under the name of the task', () => {
  const { given, notes } = bench();
  given[0]?.onLine('half done');
  expect(notes).toEqual(['a: half done']);
});

test('a program that talks without end fills no log', () => {
  const { given, notes } = bench();
  for (let n = 1; n <= 2 * MAX_LINES; n++) given[0]?.onLine(`line ${n}`);
  expect(notes).toHaveLength(MAX_LINES + 1);
  expect(notes.at(-1)).toBe('a: what more it says is left out');
});

test('a program whose task is stopped is asked to end, then ended, and what it leaves is nothing', async () => {
  const { clock, signals, stopping, end, result } = bench();
  stopping.abort(new Error('cancelled'));
  expect(signals).toEqual(['SIGTERM']);
  await clock.advance(KILL_AFTER_MS);
  expect(signals).toEqual(['SIGTERM', 'SIGKILL']);
  end(done);
  await expect(result).rejects.toThrow('cancelled');
});

test('a program that ends when it is asked to is not ended twice', async () => {
  const { clock, signals, stopping, end, result } = bench();
  stopping.abort(new Error('cancelled'));
  end({ ...done, how: { signal: 'SIGTERM' } });
  await expect(result).rejects.toThrow('cancelled');
  await clock.advance(KILL_AFTER_MS);
  expect(signals).toEqual(['SIGTERM']);
});

test('a program that cannot be started has not run: its attempt does not count', async () => {
  const { reject, result } = bench();
  reject(new Error('spawn EAGAIN'));
  await expect(result).rejects.toMatchObject({ code: 'unavailable', message: expect.stringMatching(/EAGAIN/) });
});
