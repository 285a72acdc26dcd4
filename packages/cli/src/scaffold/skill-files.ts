/** A file to be written. */
export type NewFile = { readonly name: string; readonly text: string };

/** Names a skill may have; they are task types too. */
export const SKILL_NAME = /^[a-z][a-z0-9_-]{0,36}$/;

/** A new skill that works, and its test. */
export const skillFiles = (name: string): readonly NewFile[] => [
  { name: `${name}.ts`, text: skill(name) },
  { name: `${name}.test.ts`, text: test(name) },
];

/** A task that the new skill can do. */
export const sampleTask = (name: string) => ({ type: name, params: { text: 'one mesh, many skills' } });

const skill = (name: string): string => `import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

export default defineSkill({
  name: '${name}',
  version: '1.0.0',
  doc: 'Counts the words of a text.',
  input: z.strictObject({ text: z.string().max(100_000) }),
  output: z.strictObject({ words: z.int() }),
  failures: { no_words: z.strictObject({ hint: z.string() }) },
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 10_000 },
  consumes: ['text'],
  produces: ['word_count'],
  async run({ text }, context) {
    context.progress(\`reading \${text.length} characters\`, { pct: 0.5 });
    const words = text.match(/\\p{L}+/gu)?.length ?? 0;
    if (words === 0) context.fail('no_words', { hint: 'give a text with a word in it' });
    context.emit('words_counted', { words }); // heard only if this run counts
    return { words };
  },
});
`;

const test = (name: string): string => `import { deepEqual } from 'node:assert/strict';
import { test } from 'node:test';
import { trySkill } from '@seedcore/tasks/skill/testing';
import skill from './${name}.ts';

test('counts the words of a text, and tells it', async () => {
  const { output, emitted } = await trySkill(skill, { text: 'one mesh, many skills' });
  deepEqual(output, { words: 4 });
  deepEqual(emitted, [{ kind: 'words_counted', data: { words: 4 } }]);
});

test('says so when there is nothing to count', async () => {
  const { failure } = await trySkill(skill, { text: '1 2 3' });
  deepEqual(failure, { code: 'no_words', data: { hint: 'give a text with a word in it' } });
});
`;
