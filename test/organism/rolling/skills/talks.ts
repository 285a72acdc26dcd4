import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Says so many sentences, and is done. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'talks',
  version: '1.0.0',
  doc: 'Says how far it is, so many times.',
  input: z.strictObject({ segments: z.int().nonnegative() }),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  run({ segments }, context) {
    for (let n = 1; n <= segments; n++) context.progress(`step ${n}`);
    return {};
  },
});
