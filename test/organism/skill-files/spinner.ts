import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Spins until somebody ends its thread, when asked to. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'spinner',
  version: '1.0.0',
  doc: 'Spins, or does not.',
  input: z.strictObject({ spins: z.boolean() }),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 5000 },
  graceMs: 100,
  run({ spins }) {
    while (spins);
    return {};
  },
});
