import { defineSkill } from '@seedcore/tasks/skill';
import { z } from 'zod';

const MIB = 1_048_576;
type Memory = { readonly buffer: ArrayBuffer; grow(pages: number): number };
type Wasm = { readonly Memory: new (pages: { initial: number; maximum: number }) => Memory };

/** Takes memory until it is stopped. */
// biome-ignore lint/style/noDefaultExport: that is what a skill file is
export default defineSkill({
  name: 'hog',
  version: '1.0.0',
  doc: 'Takes memory of one kind without end, or none.',
  input: z.strictObject({ of: z.enum(['nothing', 'heap', 'buffers', 'webassembly']) }),
  output: z.strictObject({}),
  idempotent: true,
  isolation: 'thread',
  role: 'O',
  limits: { memoryMb: 64 },
  async run(input, context) {
    const held: unknown[] = [];
    if (input.of === 'nothing') return {};
    const { Memory } = Reflect.get(globalThis, 'WebAssembly') as Wasm;
    const memory = new Memory({ initial: 1, maximum: 65_536 });
    for (;;) {
      if (input.of === 'heap') held.push(Array.from({ length: 200_000 }, (_, n) => n / 3));
      else if (input.of === 'buffers') held.push(Buffer.alloc(4 * MIB, 1));
      else {
        memory.grow(64);
        new Uint8Array(memory.buffer).fill(1);
      }
      await context.pause(20);
    }
  },
});
