import type { StreamReply } from '@seedcore/protocol';
import type { Answer } from '../client/answer.ts';
import type { StreamReader } from './stream-reader.ts';

/** A streamed reply as its reader holds it; leaving the loop early calls `leave`. */
export class StreamedReply implements StreamReply<unknown, Answer> {
  readonly reply: Promise<Answer>;
  readonly #reader: Promise<StreamReader>;
  readonly #leave: () => void;

  constructor(reader: Promise<StreamReader>, reply: Promise<Answer>, leave: () => void) {
    this.#reader = reader;
    this.reply = reply;
    this.#leave = leave;
    // One failure, two places to hear of it: whoever looks at one only must not end the process.
    this.#reader.catch(() => undefined);
    this.reply.catch(() => undefined);
  }

  async *[Symbol.asyncIterator](): AsyncGenerator<unknown, void> {
    const reader = await this.#reader;
    let finished = false;
    try {
      for (;;) {
        const { value, done } = await reader.next();
        finished = done === true;
        if (finished) return;
        yield value;
      }
    } finally {
      if (!finished) this.#leave();
    }
  }
}
