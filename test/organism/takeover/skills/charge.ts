import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Charges at a desk that counts, then runs until the desk opens its gate. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'charge',
  version: '1.0.0',
  doc: 'Charges once, and runs until a gate is opened.',
  input: z.strictObject({ desk: z.url() }),
  output: z.strictObject({ charged: z.int() }),
  idempotent: true,
  sideEffects: true,
  isolation: 'thread',
  role: 'O',
  limits: { silentMs: 600_000 },
  async run({ desk }, context) {
    const charged = await context.effect('charge', {
      run: async (key) => {
        const answer = await fetch(`${desk}/charge/${encodeURIComponent(key)}`, { method: 'POST' });
        return Number(await answer.text());
      },
      find: async (key) => {
        const answer = await fetch(`${desk}/charge/${encodeURIComponent(key)}`);
        return answer.status === 404 ? 'absent' : { value: Number(await answer.text()) };
      },
    });
    await fetch(`${desk}/gate/${context.taskId}`);
    return { charged };
  },
});
