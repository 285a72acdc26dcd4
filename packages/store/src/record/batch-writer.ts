import { delay, MeshError } from '@seedcore/protocol';
import type { Broker, WrittenTogether } from '../broker/broker.ts';
import type { Rev } from '../bucket.ts';
import { StoreError } from '../store-error.ts';
import type { CasWriter } from './cas-writer.ts';
import { REMEMBERED_WRITES } from './envelope.ts';
import type { Current, RecordCodec } from './record-codec.ts';
import { type Place, recordMessage, type Step } from './record-message.ts';
import { isBehind, type Settled, settle } from './settle.ts';
import { writeId } from './write-id.ts';

/** What a batch is written with. */
export type BatchPorts<T extends object> = {
  readonly broker: Broker;
  readonly codec: RecordCodec<T>;
  readonly place: Place;
  readonly reader: Pick<CasWriter<T>, 'read'>;
};

/** Makes several steps at once, and finds out what became of them when the answer is in doubt. */
export class BatchWriter<T extends object> {
  readonly #ports: BatchPorts<T>;

  constructor(ports: BatchPorts<T>) {
    this.#ports = ports;
  }

  /**
   * Makes all steps or none; `endsAt` is when to give up, on the process's clock.
   *
   * @returns the revisions in the order of the steps
   * @throws StoreError `conflict`, nothing was written; MeshError `timeout` when nobody can know
   */
  async write(steps: readonly Step<T>[], endsAt: number): Promise<readonly Rev[]> {
    const { broker, codec, place } = this.#ports;
    const id = writeId(broker.random);
    for (const { key, before } of steps) codec.checkWritable(before, `${place.prefix}${key}`);
    const messages = steps.map((step) => recordMessage(step, id, { codec, place }));
    for (;;) {
      const answer = await this.#send(messages);
      if (answer?.ok) return steps.map((_, i) => answer.seq - steps.length + 1 + i);
      const now = await this.#readUntil(steps, endsAt);
      const verdict = together(steps.map(({ before }, i) => settled(id, before, now[i])));
      if (verdict === 'written') return this.#revisions(id, steps, now);
      if (verdict === 'lost') throw new StoreError('conflict', place.stream, 'a key was changed meanwhile');
      if (verdict === 'unknown' || broker.clock.now() >= endsAt) throw this.#doubt();
      await this.#pause();
    }
  }

  /** The broker's answer, or undefined when none came. */
  async #send(messages: Parameters<Broker['writeTogether']>[0]): Promise<WrittenTogether | undefined> {
    try {
      return await this.#ports.broker.writeTogether(messages);
    } catch (error) {
      if (!(error instanceof MeshError) || error.code !== 'timeout') throw error;
      return undefined;
    }
  }

  /** Of a leader that was cut off, and shows what is older than what the steps are based on, another answer is awaited. */
  async #readUntil(steps: readonly Step<T>[], endsAt: number): Promise<readonly Current<T>[]> {
    for (;;) {
      let cause: unknown;
      try {
        const now = await Promise.all(steps.map(({ key }) => this.#ports.reader.read(key, true)));
        if (!steps.some((step, i) => isBehind(step, now[i]))) return now;
      } catch (error) {
        if (!(error instanceof MeshError)) throw error;
        cause = error;
      }
      if (this.#ports.broker.clock.now() >= endsAt) throw this.#doubt(cause);
      await this.#pause();
    }
  }

  /**
   * Sequences of a batch follow each other: one key that nobody has written since tells them all. With all of them
   * overtaken, the numbers after what they were based on stand for them.
   */
  #revisions(id: string, steps: readonly Step<T>[], now: readonly Current<T>[]): readonly Rev[] {
    const at = now.findIndex(({ writes }) => writes.at(-1) === id);
    const rev = now[at]?.rev;
    return steps.map(({ before }, i) => (rev === undefined ? before.rev + 1 : rev - at + i));
  }

  async #pause(): Promise<void> {
    const { clock, random } = this.#ports.broker;
    await delay(clock, 50 + 200 * random.next());
  }

  #doubt(cause?: unknown): MeshError {
    const target = this.#ports.place.stream;
    return new MeshError('timeout', { target, message: `${target}: may or may not have been written`, cause });
  }
}

function settled<T>(id: string, before: Current<T>, now: Current<T> | undefined): Settled {
  return now === undefined ? 'unknown' : settle(id, before, { ...now, remembers: REMEMBERED_WRITES });
}

/** Of all or none: the trace of one step is the proof of all, and so is its certain absence. */
function together(verdicts: readonly Settled[]): Settled {
  for (const sure of ['written', 'lost', 'unknown'] as const) if (verdicts.includes(sure)) return sure;
  return 'unchanged';
}
