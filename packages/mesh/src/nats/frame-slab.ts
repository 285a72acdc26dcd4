const SLAB_BYTES = 65_536;
/** The word in front, two sizes, and the spaces and line ends between and behind. */
const MOST_OVERHEAD = 64;
const CR = 0x0d;
const LF = 0x0a;

/** One message, as the protocol of NATS is about to say it. */
export type Frame = {
  readonly subject: string;
  /** Empty without one. */
  readonly reply: string;
  /** The header block, empty without one. */
  readonly block: string;
  readonly data: Uint8Array;
};

/**
 * Room for messages one behind the other, about a hundred usual ones. It is filled once and then replaced: whoever took
 * bytes keeps them until a socket has them, so what was written is never written over.
 */
export class FrameSlab {
  readonly #bytes = Buffer.allocUnsafeSlow(SLAB_BYTES);
  #taken = 0;
  #end = 0;

  /** Whether there is room for `frame`; an empty slab has it for every message that a mesh sends inline. */
  fits({ subject, reply, block, data }: Frame): boolean {
    const most = subject.length + reply.length + block.length + data.length + MOST_OVERHEAD;
    return this.#end + most <= SLAB_BYTES;
  }

  /** Adds a message; false, and nothing is added, when its head has characters of more than a byte, which sizes do not know of. */
  add(frame: Frame): boolean {
    const head = headOf(frame);
    if (this.#bytes.write(head, this.#end, 'utf8') !== head.length) return false;
    const end = this.#end + head.length + frame.data.length;
    this.#bytes.set(frame.data, this.#end + head.length);
    this.#bytes[end] = CR;
    this.#bytes[end + 1] = LF;
    this.#end = end + 2;
    return true;
  }

  /** What was added since the last time. */
  take(): Uint8Array {
    const bytes = this.#bytes.subarray(this.#taken, this.#end);
    this.#taken = this.#end;
    return bytes;
  }
}

/** @source docs.nats.io/reference/reference-protocols/nats-protocol, `PUB` and `HPUB` */
function headOf({ subject, reply, block, data }: Frame): string {
  const to = reply === '' ? subject : `${subject} ${reply}`;
  const size = block.length + data.length;
  return block === '' ? `PUB ${to} ${size}\r\n` : `HPUB ${to} ${block.length} ${size}\r\n${block}`;
}
