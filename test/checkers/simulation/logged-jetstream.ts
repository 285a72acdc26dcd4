import type { Clock } from '@seedcore/protocol';
import type { Stored, WriteOptions, Written } from '@seedcore/store';
import { MemoryJetStream } from '@seedcore/store/testing';
import type { Write } from '../store-history.ts';
import { readWrite } from '../store-log.ts';

/** A broker in memory that keeps the whole log of one bucket, however little history the bucket keeps. */
export class LoggedJetStream extends MemoryJetStream {
  readonly log: Write[] = [];
  readonly #prefix: string;
  #expect: number | undefined;

  constructor(clock: Clock, bucket: string) {
    super(clock);
    this.#prefix = `$KV.${this.ns}_${bucket}.`;
  }

  /** Begins to listen; the bucket has been provisioned. */
  keep(bucket: string): void {
    this.stream(`KV_${this.ns}_${bucket}`)?.onMessage((message) => this.#take(message));
  }

  override write(subject: string, body: Uint8Array, options: WriteOptions): Written | undefined {
    this.#expect = options.expect;
    try {
      return super.write(subject, body, options);
    } finally {
      this.#expect = undefined;
    }
  }

  #take(message: Stored): void {
    const expect = this.#expect;
    const write = readWrite(message, this.#prefix);
    this.log.push(expect === undefined ? write : { ...write, expect });
  }
}
