import type { Clock } from '@seedcore/protocol';
import type { Claim, ClaimWish, Kept, ReplyStore } from '../replay/reply-store.ts';

const KEPT_MS = 86_400_000;

type Held = Kept & { readonly rev: number; readonly until: number };

/** Kept replies in memory; services given the same one are instances at one broker. */
export class MemoryReplies implements ReplyStore {
  readonly #clock: Clock;
  readonly #held = new Map<string, Held>();
  #rev = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  async claim(key: string, { fingerprint, ttlMs }: ClaimWish): Promise<Claim | Kept> {
    const held = this.#get(key);
    if (held !== undefined) return { fingerprint: held.fingerprint, reply: held.reply };
    const rev = this.#put(key, { fingerprint, reply: undefined }, ttlMs);
    return { key, fingerprint, rev };
  }

  async read(key: string): Promise<Kept | undefined> {
    const held = this.#get(key);
    return held === undefined ? undefined : { fingerprint: held.fingerprint, reply: held.reply };
  }

  async finish({ key, fingerprint, rev }: Claim, reply: Uint8Array | undefined): Promise<boolean> {
    if (this.#get(key)?.rev !== rev) return false;
    if (reply === undefined) this.#held.delete(key);
    else this.#put(key, { fingerprint, reply }, KEPT_MS);
    return true;
  }

  #get(key: string): Held | undefined {
    const held = this.#held.get(key);
    return held === undefined || held.until <= this.#clock.now() ? undefined : held;
  }

  #put(key: string, kept: Kept, ttlMs: number): number {
    this.#rev += 1;
    this.#held.set(key, { ...kept, rev: this.#rev, until: this.#clock.now() + ttlMs });
    return this.#rev;
  }
}
