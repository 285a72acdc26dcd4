import { jsonCodec, MeshError } from '@seedcore/protocol';
import type { Kv, KvBucket, KvSpec } from '../kv/kv.ts';
import type { ReportDefect } from '../transport/closable.ts';

/** Where every caller says which of its breakers are not closed. */
export const BREAKERS_BUCKET: KvSpec = {
  name: 'breakers',
  doc: 'Breakers that are not closed: <service>.<endpoint>.<caller instance>, renewed every 5 s, gone after 15 s.',
  storage: 'memory',
  history: 1,
  maxAgeMs: 15_000,
};

/** Most targets one process testifies against. */
const MAX_TARGETS = 256;

/** What a witness needs. */
export type TestimonyPorts = {
  readonly kv: Kv;
  /** This process, among all callers. */
  readonly instance: string;
  readonly report: ReportDefect;
};

/** What this process says to others about its own breakers: for as long as one is not closed, with every beat. */
export class Testimony {
  readonly #ports: TestimonyPorts;
  readonly #bucket: KvBucket;
  readonly #open = new Map<string, string>();

  constructor(ports: TestimonyPorts) {
    this.#ports = ports;
    this.#bucket = ports.kv.bucket(BREAKERS_BUCKET);
  }

  /** The breaker of a target, as `ml.chat`, has changed. */
  changed(target: string, state: 'closed' | 'open' | 'half_open'): void {
    if (state === 'closed') {
      if (this.#open.delete(target)) this.#say(this.#bucket.delete(this.#key(target)));
    } else if (this.#open.has(target) || this.#open.size < MAX_TARGETS) {
      this.#open.set(target, state);
      this.#put(target, state);
    }
  }

  /** Says everything again before it is too old. */
  renew(): void {
    for (const [target, state] of this.#open) this.#put(target, state);
  }

  #put(target: string, state: string): void {
    this.#say(this.#bucket.put(this.#key(target), jsonCodec.encode({ state })));
  }

  #key(target: string): string {
    return `${target}.${this.#ports.instance}`;
  }

  /** What cannot be said now is said with the next beat, or grows too old by itself. */
  #say(work: Promise<unknown>): void {
    work.catch((error: unknown) => {
      if (!(error instanceof MeshError)) this.#ports.report('shared verdict', error);
    });
  }
}
