import { type Clock, jsonCodec, MeshError, type Timer } from '@seedcore/protocol';
import type { Kv, KvBucket } from '../kv/kv.ts';
import type { ReportDefect } from '../transport/closable.ts';
import { BEAT_MS, PRESENCE_BUCKET, type PresenceBody, type PresenceFacts } from './presence-body.ts';
import { Traffic } from './traffic.ts';

/** Pause before a beat that failed is tried again, in ms. */
const AGAIN_MS = 500;

/** A presence in progress. */
export interface Present {
  /** False while the broker does not confirm that others can see this process: then its own ears may be closed, too. */
  readonly acknowledged: boolean;
  /** Says at once how things stand. */
  changed(): void;
  /** Takes the presence back; resolves when that is done or cannot be done. Never rejects. */
  end(): Promise<void>;
}

/** What a presence is made of. */
export type PresenceParts = {
  readonly kv: Kv;
  readonly clock: Clock;
  readonly service: string;
  readonly instance: string;
  readonly facts: () => PresenceFacts;
  /** All calls ever made to each target. */
  readonly totals: () => ReadonlyMap<string, number>;
  /** Whatever else is to be renewed with each beat. */
  readonly onBeat: () => void;
  readonly report: ReportDefect;
};

/** Tells everybody, every 5 s, that this process is there; one beat at a time, so that the newest word is the last. */
export class Presence implements Present {
  readonly #parts: PresenceParts;
  readonly #bucket: KvBucket;
  readonly #key: string;
  readonly #traffic = new Traffic();
  #timer: Timer | undefined;
  #beating: Promise<void> | undefined;
  #again = false;
  #ended = false;
  #acknowledged = true;

  constructor(parts: PresenceParts) {
    this.#parts = parts;
    this.#bucket = parts.kv.bucket(PRESENCE_BUCKET);
    this.#key = `${parts.service}.${parts.instance}`;
    this.changed();
  }

  get acknowledged(): boolean {
    return this.#acknowledged;
  }

  changed(): void {
    if (this.#ended) return;
    if (this.#beating === undefined) this.#beat();
    else this.#again = true;
  }

  async end(): Promise<void> {
    if (this.#ended) return;
    this.#ended = true;
    this.#timer?.cancel();
    await this.#beating;
    await this.#try(() => this.#bucket.delete(this.#key));
  }

  #beat(): void {
    this.#timer?.cancel();
    this.#again = false;
    this.#beating = this.#tell().finally(() => {
      this.#beating = undefined;
    });
  }

  async #tell(): Promise<void> {
    const { kv, clock, onBeat } = this.#parts;
    onBeat();
    if (kv.available) this.#acknowledged = await this.#try(() => this.#bucket.put(this.#key, this.#body()));
    if (this.#ended) return;
    const wait = this.#again ? 0 : this.#acknowledged ? BEAT_MS : AGAIN_MS;
    this.#timer = clock.after(wait, () => this.#beat());
  }

  /** True when it was done; without a broker there is nobody to tell, and the next beat tries again. */
  async #try(work: () => Promise<unknown>): Promise<boolean> {
    try {
      await work();
      return true;
    } catch (error) {
      if (!(error instanceof MeshError)) this.#parts.report(`presence of ${this.#key}`, error);
      return false;
    }
  }

  #body(): Uint8Array {
    const { service, instance, facts, totals, clock } = this.#parts;
    const targets = this.#traffic.sample(totals(), clock.now());
    const body: PresenceBody = { service, instance, ...facts(), targets };
    return jsonCodec.encode(body);
  }
}
