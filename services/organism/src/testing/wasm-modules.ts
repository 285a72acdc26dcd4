const I32 = 0x7f;
const I64 = 0x7e;
const FUNC = 0x60;
const END = 0x0b;

/** A module in a few words: what its function `run` does, and what else there is to it. */
export type ModuleText = {
  /** Instructions of `run(ptr, len)`, without the end. */
  readonly run?: readonly number[];
  /** Pages of memory it wants; undefined: it imports no memory. */
  readonly pages?: number | undefined;
  /** It has memory of its own. */
  readonly own?: boolean;
  /** A function of `env` it imports, which is then function 0 of it. */
  readonly imports?: string;
  /** The name its `run` is exported by. */
  readonly name?: string;
};

const bytesOf = (text: string): number[] => [text.length, ...Buffer.from(text)];

function leb(value: number): number[] {
  const low = value & 0x7f;
  return value < 0x80 ? [low] : [low | 0x80, ...leb(value >>> 7)];
}

const section = (id: number, items: readonly (readonly number[])[]): number[] => {
  const body = [...leb(items.length), ...items.flat()];
  return items.length === 0 ? [] : [id, ...leb(body.length), ...body];
};
const code = (instructions: readonly number[]): number[] => [...leb(instructions.length + 2), 0, ...instructions, END];

/** Gives back what it was given: address and length in one number. */
export const ECHO = [0x20, 0, 0xad, 0x42, 0x20, 0x86, 0x20, 1, 0xad, 0x84];
/** Never ends. */
export const SPIN = [0x03, 0x40, 0x0c, 0, END, 0x42, 0];
/** Does what must not be done. */
export const TRAP = [0x00];
/** Says what it was given, then gives it back. */
export const SAY = [0x20, 0, 0x20, 1, 0x10, 0, ...ECHO];
/** Points far outside of its memory. */
export const LOST = [0x42, ...[0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x80, 0x7f]];

/** A WebAssembly module in binary form. */
export function moduleOf({ run = ECHO, pages = 1, own = false, imports, name = 'run' }: ModuleText = {}): Buffer {
  const env = bytesOf('env');
  const first = imports === undefined ? 0 : 1;
  return Buffer.from([
    ...[0, 0x61, 0x73, 0x6d, 1, 0, 0, 0],
    ...section(1, [
      [FUNC, 1, I32, 1, I32],
      [FUNC, 2, I32, I32, 1, I64],
      [FUNC, 2, I32, I32, 0],
    ]),
    ...section(2, [
      ...(imports === undefined ? [] : [[...env, ...bytesOf(imports), 0, 2]]),
      ...(own ? [] : [[...env, ...bytesOf('memory'), 2, 0, ...leb(pages)]]),
    ]),
    ...section(3, [[0], [1]]),
    ...section(5, own ? [[0, 1]] : []),
    ...section(7, [
      [...bytesOf('alloc'), 0, first],
      [...bytesOf(name), 0, first + 1],
    ]),
    ...section(10, [code([0x41, 0x80, 0x08]), code(run)]),
  ]);
}
