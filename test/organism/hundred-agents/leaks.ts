import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Takes ever more memory. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'leaks',
  version: '1.0.0',
  doc: 'Takes ever more memory.',
  input: z.strictObject({}),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 120_000, memoryMb: 32 },
  graceMs: 100,
  async run(_input, context) {
    for (const held: Buffer[] = []; ; await context.pause(20)) {
      held.push(Buffer.alloc(2_097_152, 1));
      context.progress(`holding part ${held.length} of the quarterly report`);
    }
  },
});
