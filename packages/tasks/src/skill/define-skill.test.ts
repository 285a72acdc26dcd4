import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { defineSkill } from './define-skill.ts';
import { trySkill } from './testing/try-skill.ts';

const plain = {
  name: 'echo',
  version: '1.0.0',
  doc: 'Says it again.',
  input: z.strictObject({ text: z.string() }),
  output: z.strictObject({ text: z.string() }),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
} as const;
const echo = defineSkill({ ...plain, run: ({ text }) => ({ text }) });

describe('a declaration', () => {
  test('has every default filled in', () => {
    expect(echo).toMatchObject({
      failures: {},
      limits: { timeoutMs: 600_000, memoryMb: 128 },
      ...{ graceMs: 5000, respawn: true, repeatable: false, needsApproval: false, sideEffects: false },
      ...{ uses: [], consumes: [], produces: [], effects: [] },
    });
  });

  test('has side effects as soon as it names effects', () => {
    expect(defineSkill({ ...echo, sideEffects: undefined as never, effects: ['mail.sent'] }).sideEffects).toBe(true);
    expect(() => defineSkill({ ...echo, effects: ['mail.sent'], sideEffects: false })).toThrow('it names effects');
  });

  test.each([
    [{ name: 'Bad Name' }, 'name must be'],
    [{ version: '1' }, 'version "1"'],
    [{ isolation: 'cloud' as 'thread' }, 'isolation must be'],
    [{ role: 'X' as 'E' }, 'role must be'],
    [{ limits: { memoryMb: 1 } }, 'limits.memoryMb must be 16 to 1024'],
    [{ limits: { timeoutMs: Number.NaN } }, 'limits.timeoutMs'],
    [{ limits: { silentMs: 10 } }, 'limits.silentMs must be 5000 to 600000'],
    [{ limits: { concurrency: 0 } }, 'limits.concurrency must be 1 to 256'],
    [{ graceMs: -1 }, 'graceMs must be 0 to 30000'],
    [{ uses: ['no such name'] }, 'uses: "no such name" is no name'],
    [{ compensation: '' }, 'compensation: "" is no name'],
  ])('%j is refused: %s', (wrong, why) => {
    expect(() => defineSkill({ ...plain, run: echo.run, ...wrong })).toThrow(why);
  });

  test('lists everything that is wrong with it', () => {
    expect(() => defineSkill({ ...plain, run: echo.run, name: 'A', version: 'v' })).toThrow(/name must[\s\S]*version/);
  });
});

describe('a try', () => {
  const failures = { empty: z.strictObject({ hint: z.string() }) };
  const shout = defineSkill({
    ...{ ...plain, failures, uses: ['echo'], effects: ['heard'] },
    checker: (output, input) => (output.text.length === input.text.length ? 1 : 0),
    async run({ text }, context) {
      if (text === '') return context.fail('empty', { hint: 'say something' });
      context.progress('shouting', { pct: 0.5 });
      const { text: again } = await context.call<{ text: string }>('echo', { text });
      await context.effect('heard', { run: async (key) => key });
      context.emit('shouted', { text });
      context.memory.put('last', again.toUpperCase());
      const before = await context.memory.get<number>('times');
      context.memory.remember(`somebody said ${text} for the ${(before ?? 0) + 1}th time`);
      return { text: again.toUpperCase() };
    },
  });

  test('gives the output, and what was said and done on the way', async () => {
    expect(await trySkill(shout, { text: 'hi' }, { skills: { echo: (input) => input }, items: { times: 3 } })).toEqual({
      output: { text: 'HI' },
      quality: 1,
      notes: ['shouting'],
      emitted: [{ kind: 'shouted', data: { text: 'hi' } }],
      put: { last: 'HI' },
      remembered: ['somebody said hi for the 4th time'],
      done: ['heard'],
    });
  });

  test('gives a declared failure as an answer', async () => {
    expect(await trySkill(shout, { text: '' })).toMatchObject({ failure: { code: 'empty' } });
  });

  test('names what does not fit, and what was not declared', async () => {
    await expect(trySkill(shout, { txt: 'x' } as never)).rejects.toThrow('input of echo');
    await expect(trySkill(defineSkill({ ...shout, uses: [] }), { text: 'x' })).rejects.toThrow('does not name echo');
    await expect(trySkill(shout, { text: 'x' })).rejects.toThrow('give an answer for echo');
    const quiet = { ...shout, sideEffects: false };
    await expect(trySkill(quiet, { text: 'x' }, { skills: { echo: (input) => input } })).rejects.toThrow('sideEffects');
  });
});
