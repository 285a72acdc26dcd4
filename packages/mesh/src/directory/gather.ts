import type { Clock, Timer } from '@seedcore/protocol';
import { notConnected } from '../transport/outgoing.ts';
import type { Transport, WireMessage } from '../transport/transport.ts';

/** When gathering ends: so long after the last answer, and so long in all. In ms. */
export type GatherBounds = { readonly quietMs: number; readonly maxMs: number };

/** The documented bounds of discovery. */
export const discoveryBounds: GatherBounds = { quietMs: 300, maxMs: 1_000 };

/** Most answers to one question. */
const MAX_ANSWERS = 4_096;
const STATUS_NO_RESPONDERS = 503;
const EMPTY = new Uint8Array(0);

/** Asks everybody on a subject one question and collects the answers. */
export class Gatherer {
  readonly #transport: Transport;
  readonly #clock: Clock;
  #asked = 0;

  constructor(transport: Transport, clock: Clock) {
    this.#transport = transport;
    this.#clock = clock;
  }

  /**
   * Every answer within the bounds; none when nobody listens.
   *
   * @throws MeshError `not_connected`
   */
  async ask(subject: string, bounds: GatherBounds = discoveryBounds): Promise<readonly WireMessage[]> {
    if (this.#transport.state !== 'up') throw notConnected(subject);
    this.#asked += 1;
    // Two tokens, so that the inbox of plain requests, which takes one, does not see the answers.
    const reply = `${this.#transport.inbox}.many.${this.#asked.toString(36)}`;
    const answers: WireMessage[] = [];
    const ended = Promise.withResolvers<void>();
    const wait = new Patience(this.#clock, bounds, ended.resolve);
    const inbox = this.#transport.subscribe(reply, (message) => {
      if (message.status === STATUS_NO_RESPONDERS) return ended.resolve();
      answers.push(message);
      if (answers.length >= MAX_ANSWERS) ended.resolve();
      wait.answered();
    });
    try {
      this.#transport.publish(subject, EMPTY, { reply });
      await ended.promise;
      return answers;
    } finally {
      wait.end();
      inbox.unsubscribe();
    }
  }
}

class Patience {
  readonly #clock: Clock;
  readonly #bounds: GatherBounds;
  readonly #over: () => void;
  readonly #whole: Timer;
  #quiet: Timer | undefined;

  constructor(clock: Clock, bounds: GatherBounds, over: () => void) {
    this.#clock = clock;
    this.#bounds = bounds;
    this.#over = over;
    this.#whole = clock.after(bounds.maxMs, over);
  }

  answered(): void {
    this.#quiet?.cancel();
    this.#quiet = this.#clock.after(this.#bounds.quietMs, this.#over);
  }

  end(): void {
    this.#whole.cancel();
    this.#quiet?.cancel();
  }
}
