import { expect, test } from 'vitest';
import { CommandError } from '../exit-code.ts';
import { execJob, type WorkerFlags } from './worker.ts';

const job = (queue: string, flags: Partial<WorkerFlags> = {}) =>
  execJob(queue, { args: ['-v'], flags: { exec: process.execPath, ...flags }, path: '/nowhere' });

test('a job has a program that is there, and limits', () => {
  expect(job('vision')).toEqual({ queue: 'vision', file: process.execPath, args: ['-v'], slots: 4, runMs: 600_000 });
  expect(job('vision', { slots: '256', run: 1000 })).toMatchObject({ slots: 256, runMs: 1000 });
});

test.each<[string, Partial<WorkerFlags>, RegExp]>([
  ['a.b', {}, /"a\.b" cannot name a queue/],
  ['vision', { slots: '0' }, /--slots 0/],
  ['vision', { slots: 'many' }, /--slots many/],
  ['vision', { run: 10 }, /--run/],
  ['vision', { exec: './no-such-program' }, /no-such-program: there is no such file/],
  ['vision', { exec: 'no-such-program' }, /no-such-program: no such program on the PATH/],
])('queue %s with %j is refused with exit code 64', (queue, flags, why) => {
  const refused = expect(() => job(queue, flags));
  refused.toThrowError(CommandError);
  refused.toThrowError(why);
});
