import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { ECHO, LOST, type ModuleText, moduleOf, SAY, TRAP } from '../../testing/wasm-modules.ts';
import { runHere } from './module-run.ts';
import { readModule } from './read-module.ts';

const play = (text: ModuleText, input = 'hé', pages = 2) => {
  const said: string[] = [];
  return { end: runHere({ bytes: moduleOf(text), input, pages }, (line) => said.push(line)), said };
};

test('a module works on its input, and may say something', () => {
  expect(play({}).end).toEqual({ end: 'ok', output: 'hé' });
  expect(play({ run: SAY, imports: 'log' })).toEqual({ end: { end: 'ok', output: 'hé' }, said: ['hé'] });
});

describe('what it may not have', () => {
  test.each([
    [{ own: true }, 'memory of its own'],
    [{ pages: 3 }, 'it wants 3 pages of memory, and may have 2'],
    [{ imports: 'fetch' }, 'it imports env.fetch'],
    [{ name: 'main' }, 'exports no function run'],
    [{ run: [0xff] }, 'Compiling function'],
  ])('%j: %s', (text, why) => {
    expect(play(text).end).toMatchObject({ end: 'bad_module', why: expect.stringContaining(why) });
  });

  test('is told from its bytes, whatever they are', () => {
    expect(runHere({ bytes: Buffer.from('hello'), input: '', pages: 1 }, () => undefined)).toMatchObject({
      end: 'bad_module',
    });
    const whole = moduleOf();
    fc.assert(
      fc.property(fc.nat(whole.length - 1), fc.nat(255), (at, byte) => {
        const bytes = Uint8Array.from(whole);
        bytes[at] = byte;
        try {
          readModule(bytes);
        } catch (cause) {
          expect(cause).toBeInstanceOf(RangeError);
        }
      }),
    );
  });
});

test.each([
  ['traps', { run: TRAP }, 'unreachable'],
  ['points outside of its memory', { run: LOST }, 'outside of its memory|larger than'],
  ['gives what is no text', { run: ECHO }, 'encoded data|outside'],
])('one that %s ends as trapped', (_, text, why) => {
  const input = why.startsWith('encoded') ? 'x'.repeat(200_000) : 'x';
  expect(play(text, input).end).toMatchObject({ end: 'trapped', why: expect.stringMatching(why) });
});
