import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

const WORDS =
  'penguin velvet harbour trumpet glacier mustard lantern orchid paddle thunder cinnamon wagon feather marble dragon whistle biscuit canyon ribbon pelican'.split(
    ' ',
  );

/** Says whatever comes to its mind. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'babbles',
  version: '1.0.0',
  doc: 'Says whatever comes to its mind.',
  input: z.strictObject({}),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 120_000 },
  graceMs: 100,
  async run(_input, context) {
    const word = () => WORDS[Math.floor(context.random() * WORDS.length)];
    for (;;) {
      context.progress(Array.from({ length: 8 }, word).join(' '));
      await context.pause(200);
    }
  },
});
