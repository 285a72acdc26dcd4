import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

/** Waits for a child that lives as long as this process; says so in the file it is given. */
const CHILD = 'echo begun > "$0"; while kill -0 "$1" 2>/dev/null; do sleep 0.2; done';

/** Blocks its thread in a native call, which no `terminate` ends. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'blocks',
  version: '1.0.0',
  doc: 'Blocks its thread in a native call.',
  input: z.strictObject({ in: z.enum(['child', 'pipe']), path: z.string() }),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  run(input, context) {
    if (input.in === 'child') spawnSync('/bin/sh', ['-c', CHILD, input.path, String(process.pid)]);
    else readFileSync(input.path);
    context.emit('blocked_and_back', {});
    return {};
  },
});
