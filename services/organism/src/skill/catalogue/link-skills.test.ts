import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { builtInSkills } from '../built-in/index.ts';
import { defineSkill, type OwnSpec } from '../define-skill.ts';
import { linkSkills } from './link-skills.ts';
import { cardOf } from './skill-card.ts';

type More = Partial<Omit<OwnSpec<z.ZodType, z.ZodType, never>, 'run' | 'checker' | 'failures'>>;

const card = (name: string, more: More = {}) =>
  cardOf(
    defineSkill({
      ...{ name, version: '1.0.0', doc: '', input: z.strictObject({}), output: z.strictObject({}) },
      ...{ idempotent: true, isolation: 'thread', role: 'S' },
      ...more,
      run: () => ({}),
    }),
  );
const file = (name: string, more: More = {}, as = `${name}.ts`) => ({
  file: as,
  source: `file:///skills/${as}?v=1`,
  card: card(name, more),
});
const builtIn = [card('fetch', { isolation: 'inline', calls: ['ml.chat'] }), card('parse', { isolation: 'process' })];
const why = (...files: ReturnType<typeof file>[]) => linkSkills(builtIn, files).problems;

describe('a catalogue', () => {
  test('has the built-in skills and those of files, in order', () => {
    const { skills, problems } = linkSkills(builtIn, [file('zoo'), file('ant')]);
    expect([...skills.keys()]).toEqual(['ant', 'fetch', 'parse', 'zoo']);
    expect(skills.get('ant')?.sources).toEqual({ ant: 'file:///skills/ant.ts?v=1' });
    expect(problems).toEqual([]);
  });

  test('runs a skill behind the strongest wall of all it uses, with their endpoints, code and effects', () => {
    const { skills } = linkSkills(builtIn, [
      file('top', { uses: ['mid', 'fetch'] }),
      file('mid', { uses: ['parse'], effects: ['mail.sent'] }),
    ]);
    expect(skills.get('top')).toMatchObject({
      isolation: 'process',
      calls: ['ml.chat'],
      sideEffects: true,
      sources: { top: 'file:///skills/top.ts?v=1', mid: 'file:///skills/mid.ts?v=1' },
    });
  });

  test.each([
    ['one that is built in', [file('fetch')], 'fetch is a built-in skill'],
    ['one that wants to run in the service', [file('a', { isolation: 'inline' })], 'is for code of the service'],
    ['one that uses what nobody has', [file('a', { uses: ['b'] })], 'there is no skill b, which a needs'],
    ['one that nobody can undo', [file('a', { compensation: 'b' })], 'there is no skill b, which a needs'],
    ['one that calls itself', [file('a', { uses: ['a'] })], 'calls itself'],
  ])('leaves out %s', (_, files, reason) => {
    expect(why(...files)).toEqual([{ file: files[0]?.file, why: expect.stringContaining(reason) }]);
    expect(linkSkills(builtIn, [...files, file('good')]).skills.has('good')).toBe(true);
  });

  test('leaves out those that need one it left out', () => {
    expect(why(file('c', { uses: ['b'] }), file('b', { uses: ['a'] }), file('a', { uses: ['gone'] }))).toEqual([
      { file: 'a.ts', why: expect.any(String) },
      { file: 'b.ts', why: expect.any(String) },
      { file: 'c.ts', why: expect.any(String) },
    ]);
  });

  test('lets skills call skills four deep', () => {
    const chain = Array.from({ length: 6 }, (_, i) => file(`s${i}`, i === 5 ? {} : { uses: [`s${i + 1}`] }));
    expect(why(...chain)).toEqual([{ file: 's0.ts', why: expect.stringContaining('more than 4 deep') }]);
  });

  test('takes the higher of two versions, then the first file, in whatever order they come', () => {
    const files = [file('a', { version: '1.9.0' }), file('a', { version: '1.10.0' }, 'z.ts'), file('a', {}, 'b.ts')];
    fc.assert(
      fc.property(fc.shuffledSubarray(files, { minLength: 3, maxLength: 3 }), (shuffled) => {
        const { skills, problems } = linkSkills(builtIn, shuffled);
        expect(skills.get('a')?.version).toBe('1.10.0');
        expect(problems.map((one) => one.file)).toEqual(['a.ts', 'b.ts']);
      }),
    );
  });
});

test('every built-in skill can be described', () => {
  for (const skill of builtInSkills) expect(cardOf(skill).input).toMatchObject({ type: 'object' });
});

test('a schema that is no JSON Schema is named', () => {
  const odd = { name: 'odd', version: '1.0.0', doc: '', idempotent: true, isolation: 'thread', role: 'S' } as const;
  const skill = defineSkill({ ...odd, input: z.strictObject({ at: z.date() }), output: z.null(), run: () => null });
  expect(() => cardOf(skill)).toThrow(/^input cannot be said as JSON Schema/);
});
