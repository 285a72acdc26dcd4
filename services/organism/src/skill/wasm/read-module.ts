/** What a module says of its memory, as far as that can be read from its bytes. */
export type ModuleMemory = {
  /** It has memory of its own, whose size nobody bounds. */
  readonly own: boolean;
  /** Pages it wants to begin with, of the memory it imports; undefined when it imports none. */
  readonly wantedPages: number | undefined;
};

const MAGIC = [0, 0x61, 0x73, 0x6d, 1, 0, 0, 0];
const IMPORTS = 2;
const MEMORIES = 5;
const KINDS = { func: 0, table: 1, memory: 2, global: 3, tag: 4 } as const;

/**
 * Reads what a binary module says of memory; the rest is left to whoever compiles it.
 *
 * @throws RangeError when it is no such module
 * @source WebAssembly Core Specification, 5.5 (modules) and 5.3.8 (limits)
 */
export function readModule(bytes: Uint8Array): ModuleMemory {
  if (MAGIC.some((byte, i) => bytes[i] !== byte)) throw new RangeError('it is no WebAssembly module');
  const at = new Cursor(bytes, MAGIC.length);
  let own = false;
  let wantedPages: number | undefined;
  while (!at.done) {
    const section = at.byte();
    const end = at.number() + at.position;
    if (section === MEMORIES) own = at.number() > 0;
    if (section === IMPORTS) wantedPages = importedPages(at);
    at.skipTo(end);
  }
  return { own, wantedPages };
}

/** Smallest size of the first memory among the imports. */
function importedPages(at: Cursor): number | undefined {
  for (let left = at.number(); left > 0; left--) {
    at.skip(at.number());
    at.skip(at.number());
    const kind = at.byte();
    if (kind === KINDS.memory) return limitsAt(at);
    if (kind === KINDS.func) at.number();
    else if (kind === KINDS.table) {
      at.byte();
      limitsAt(at);
    } else if (kind === KINDS.global) at.skip(2);
    else if (kind === KINDS.tag) {
      at.byte();
      at.number();
    } else throw new RangeError(`it imports something of kind ${kind}`);
  }
  return undefined;
}

function limitsAt(at: Cursor): number {
  const flags = at.byte();
  const least = at.number();
  if ((flags & 1) === 1) at.number();
  return least;
}

/** Reads bytes from front to back. */
class Cursor {
  readonly #bytes: Uint8Array;
  position: number;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  get done(): boolean {
    return this.position >= this.#bytes.length;
  }

  byte(): number {
    const byte = this.#bytes[this.position];
    if (byte === undefined) throw new RangeError('it breaks off');
    this.position += 1;
    return byte;
  }

  /** An unsigned LEB128 number of at most 32 bits. */
  number(): number {
    let value = 0;
    for (let shift = 0; shift < 35; shift += 7) {
      const byte = this.byte();
      value += (byte & 0x7f) * 2 ** shift;
      if (byte < 0x80) return value;
    }
    throw new RangeError('a number in it is too long');
  }

  skip(bytes: number): void {
    this.skipTo(this.position + bytes);
  }

  skipTo(position: number): void {
    if (position < this.position || position > this.#bytes.length) throw new RangeError('it breaks off');
    this.position = position;
  }
}
