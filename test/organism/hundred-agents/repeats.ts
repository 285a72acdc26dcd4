import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Asks the same again and again. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'repeats',
  version: '1.0.0',
  doc: 'Asks the same again and again.',
  input: z.strictObject({}),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 120_000 },
  graceMs: 100,
  async run(_input, context) {
    for (;;) {
      context.progress('searching', { tool: 'search', args: { q: 'report' }, result: 'nothing' });
      await context.pause(200);
    }
  },
});
