import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Runs until the desk opens its gate. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'gated',
  version: '1.0.0',
  doc: 'Runs until a gate is opened.',
  input: z.strictObject({ desk: z.url() }),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { silentMs: 600_000 },
  async run({ desk }, context) {
    await fetch(`${desk}/gate/${context.taskId}`);
    return {};
  },
});
