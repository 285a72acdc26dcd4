import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Spins and never lets go. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'spins',
  version: '1.0.0',
  doc: 'Spins and never lets go.',
  input: z.strictObject({}),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 6000 },
  graceMs: 100,
  run() {
    for (;;);
  },
});
