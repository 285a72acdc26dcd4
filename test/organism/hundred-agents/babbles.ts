import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

const LETTERS = 'abcdefghijklmnoprstuvwz';

/** A word that nobody has heard before. */
function word(random: () => number): string {
  return Array.from(
    { length: 5 + Math.floor(4 * random()) },
    () => LETTERS[Math.floor(random() * LETTERS.length)],
  ).join('');
}

/** Says what means nothing. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'babbles',
  version: '1.0.0',
  doc: 'Says what means nothing.',
  input: z.strictObject({}),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 120_000 },
  graceMs: 100,
  async run(_input, context) {
    for (;;) {
      context.progress(Array.from({ length: 8 }, () => word(() => context.random())).join(' '));
      await context.pause(200);
    }
  },
});
