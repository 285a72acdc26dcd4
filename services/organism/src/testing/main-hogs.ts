import { parentPort } from 'node:worker_threads';
import { serveSkills } from '../isolate/serve-skills.ts';
import { defineSkill } from '../skill/define-skill.ts';
import type { SkillContext } from '../skill/skill-context.ts';
import { hogSpec } from './hog-spec.ts';

/** Entry of a worker thread with skills that do not behave: each says that it begins, and never ends by itself. */
const hog = (name: string, run: (context: SkillContext) => Promise<unknown> | unknown) =>
  defineSkill({
    ...hogSpec(name),
    run: (_input, context) => {
      context.progress('begun');
      return run(context);
    },
  });

const MIB = 1_048_576;

/** What these need of WebAssembly, which the types of Node do not have. */
type Wasm = {
  instantiate(module: Uint8Array): Promise<{ instance: { exports: Readonly<Record<string, unknown>> } }>;
  readonly Memory: new (pages: {
    initial: number;
    maximum: number;
  }) => { readonly buffer: ArrayBuffer; grow(pages: number): number };
};
const wasm = Reflect.get(globalThis, 'WebAssembly') as Wasm;

/** A module whose only function loops for ever: `(func (export "f") (loop (br 0)))`. */
const ENDLESS = new Uint8Array([
  0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x04, 0x01, 0x60, 0x00, 0x00, 0x03, 0x02, 0x01, 0x00, 0x07,
  0x05, 0x01, 0x01, 0x66, 0x00, 0x00, 0x0a, 0x09, 0x01, 0x07, 0x00, 0x03, 0x40, 0x0c, 0x00, 0x0b, 0x0b,
]);

const hogs = [
  hog('busy_loop', () => {
    for (;;);
  }),
  hog('promise_chain', async () => {
    for (;;) await Promise.resolve();
  }),
  hog('regular_expression', () => /^(a+)+$/.test(`${'a'.repeat(60)}!`)),
  hog('webassembly', async () => {
    const { instance } = await wasm.instantiate(ENDLESS);
    const { f } = instance.exports;
    if (typeof f === 'function') f();
  }),
  hog('atomics_wait', () => Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0)),
  hog('buffers', async (context) => {
    for (const held: Buffer[] = []; ; await context.pause(20)) held.push(Buffer.alloc(4 * MIB, 1));
  }),
  hog('webassembly_memory', async (context) => {
    const memory = new wasm.Memory({ initial: 1, maximum: 65_536 });
    for (; ; await context.pause(20)) {
      memory.grow(64);
      new Uint8Array(memory.buffer).fill(1);
    }
  }),
  hog('heap', async (context) => {
    for (const held: number[][] = []; ; await context.pause(5))
      held.push(Array.from({ length: 200_000 }, (_, n) => n / 3));
  }),
  hog('well', () => 'done'),
];

if (parentPort !== null) serveSkills(parentPort, hogs);
