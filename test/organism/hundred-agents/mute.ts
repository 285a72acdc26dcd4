import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Never says anything, and never answers. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'mute',
  version: '1.0.0',
  doc: 'Never says anything, and never answers.',
  input: z.strictObject({}),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { timeoutMs: 120_000, silentMs: 5000 },
  graceMs: 100,
  run: () => new Promise<Record<string, never>>(() => undefined),
});
