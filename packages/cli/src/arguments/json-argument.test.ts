import { expect, test } from 'vitest';
import { CommandError, exitCodes } from '../exit-code.ts';
import { jsonArgument } from './json-argument.ts';

const sources = {
  file: async (path: string) => {
    if (path === 'in.json') return '{"from":"file"}';
    throw new Error('ENOENT');
  },
  standardInput: async () => '[1,2]',
};

test.each([
  [undefined, {}],
  ['', {}],
  ['{"a":1}', { a: 1 }],
  ['@in.json', { from: 'file' }],
  ['-', [1, 2]],
])('%s', async (argument, value) => {
  expect(await jsonArgument(argument, sources)).toEqual(value);
});

test.each([
  ['{a:1}', 'the argument is not JSON'],
  ['@absent.json', 'absent.json: cannot be read'],
])('%s is refused as usage', async (argument, message) => {
  const error: unknown = await jsonArgument(argument, sources).catch((caught: unknown) => caught);
  expect(error).toBeInstanceOf(CommandError);
  expect(error).toMatchObject({ exitCode: exitCodes.usage, message: expect.stringContaining(message) });
});
