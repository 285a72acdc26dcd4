import { createHash } from 'node:crypto';
import { z } from 'zod';
import { defineSkill } from '../define-skill.ts';
import type { SkillContext } from '../skill-context.ts';
import { type RunModule, runModule } from '../wasm/run-module.ts';

const MAX_INPUT = 262_144;
const MAX_MODULE = 1_048_576;

const failures = {
  bad_module: z.strictObject({ why: z.string() }),
  trapped: z.strictObject({ why: z.string() }),
  too_slow: z.strictObject({ timeout_ms: z.int() }),
};

/** Runs a WebAssembly module: it sees its input and its memory, and nothing of this machine. */
export const runWasm = defineSkill({
  name: 'run_wasm',
  version: '1.0.0',
  doc: 'Runs a WebAssembly module on a text. It imports env.memory and may import env.log(ptr, len); it exports alloc(len) and run(ptr, len), which gives the address of its output in the upper and its length in the lower half of an i64.',
  input: z.strictObject({
    module: z.base64().min(1).max(MAX_MODULE).describe('base64'),
    sha256: z
      .string()
      .regex(/^[0-9a-f]{64}$/, 'must be 64 hexadecimal digits')
      .describe('of the module'),
    input: z
      .string()
      .max(MAX_INPUT)
      .refine((text) => Buffer.byteLength(text) <= MAX_INPUT, 'more than 256 KiB')
      .default(''),
    memory_pages: z.int().min(1).max(1024).default(256).describe('most memory it may have, of 64 KiB each'),
    timeout_ms: z.int().min(10).max(60_000).default(5000),
  }),
  output: z.strictObject({ output: z.string().describe('at most 256 KiB'), ms: z.int().nonnegative() }),
  failures,
  idempotent: true,
  isolation: 'process',
  role: 'S',
  limits: { timeoutMs: 75_000, memoryMb: 128 },
  graceMs: 200,
  async run({ module, sha256, input, memory_pages, timeout_ms }, context) {
    const bytes = Buffer.from(module, 'base64');
    if (createHash('sha256').update(bytes).digest('hex') !== sha256)
      return context.fail('bad_module', { why: 'it is not the one its sha256 names' });
    const started = context.now();
    const wanted = { bytes, input, pages: memory_pages, timeoutMs: timeout_ms };
    const output = await outputOf(wanted, context);
    return { output, ms: Math.max(0, context.now() - started) };
  },
});

async function outputOf(wanted: RunModule, context: SkillContext<typeof failures>): Promise<string> {
  const log = (line: string) => context.log.info('the module says', { line });
  const ended = await runModule(wanted, { signal: context.signal, log });
  switch (ended.end) {
    case 'ok':
      return ended.output;
    case 'bad_module':
    case 'trapped':
      return context.fail(ended.end, { why: ended.why });
    case 'too_slow':
      return context.fail('too_slow', { timeout_ms: wanted.timeoutMs });
    case 'stopped':
      throw context.signal.reason;
  }
}
