import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Counts words, and says how far it is. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'works',
  version: '1.0.0',
  doc: 'Counts words, and says how far it is.',
  input: z.strictObject({}),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 120_000 },
  graceMs: 100,
  async run(_input, context) {
    for (let part = 1; part <= 40; part++) {
      context.progress(`counted the words of part ${part} of the quarterly report`, { pct: part / 40 });
      await context.pause(200);
    }
    return {};
  },
});
