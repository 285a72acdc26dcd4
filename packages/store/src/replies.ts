import { z } from 'zod';
import { bucketAsset } from './asset.ts';
import type { Store } from './store.ts';

/** A key taken by whoever runs its work. */
export type ReplyClaim = { readonly key: string; readonly fingerprint: string; readonly rev: number };
/** What a key holds; a claim while `reply` is undefined. */
export type KeptReply = { readonly fingerprint: string; readonly reply: Uint8Array | undefined };

/** Replies kept under idempotency keys, shared by every instance of a service. */
export interface Replies {
  claim(key: string, wish: { fingerprint: string; ttlMs: number }): Promise<ReplyClaim | KeptReply>;
  read(key: string): Promise<KeptReply | undefined>;
  finish(claim: ReplyClaim, reply: Uint8Array | undefined): Promise<boolean>;
}

/** How long a reply is kept, in ms. */
const KEPT_MS = 86_400_000;

/** Where replies are kept. */
export const repliesAsset = bucketAsset('replies', 'Replies under idempotency keys; a value without one is a claim.', {
  expiringKeys: true,
  maxAgeMs: KEPT_MS,
});

const record = z.strictObject({
  fingerprint: z.string(),
  /** Base64, because a reply may hold bytes. */
  reply: z.string().optional(),
});

type Held = z.infer<typeof record>;

/** Provisions the bucket `<ns>_replies` and opens it. */
export async function openReplies(store: Store): Promise<Replies> {
  await store.provision([repliesAsset]);
  const bucket = store.bucket({ name: repliesAsset.name, schema: record, version: 1, ttlMs: () => KEPT_MS });
  return {
    async claim(key, { fingerprint, ttlMs }) {
      const { created, rev, value } = await bucket.createOnce(key, { fingerprint }, { ttlMs });
      return created ? { key, fingerprint, rev } : kept(value);
    },
    async read(key) {
      const found = await bucket.get(key, { fresh: true });
      return found === undefined ? undefined : kept(found.value);
    },
    async finish({ key, fingerprint, rev }, reply) {
      const end = (now: Held | undefined, at: number) => {
        if (now === undefined || at !== rev) return 'skip';
        return reply === undefined ? 'remove' : { fingerprint, reply: Buffer.from(reply).toString('base64') };
      };
      const { outcome } = await bucket.update(key, end, { ttlMs: KEPT_MS });
      return outcome !== 'skipped';
    },
  };
}

const kept = ({ fingerprint, reply }: Held): KeptReply => ({
  fingerprint,
  reply: reply === undefined ? undefined : Buffer.from(reply, 'base64'),
});
