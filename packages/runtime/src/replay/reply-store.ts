/** A key taken by whoever runs its work; `rev` is the revision nobody else has. */
export type Claim = { readonly key: string; readonly fingerprint: string; readonly rev: number };

/** What a key holds: a claim while `reply` is undefined. */
export type Kept = { readonly fingerprint: string; readonly reply: Uint8Array | undefined };

/**
 * Where replies are kept under idempotency keys, shared by every instance of a service. Keys are tokens joined by dots.
 * Methods throw MeshError when the storage is out of reach.
 */
export interface ReplyStore {
  /** Takes a key nobody holds; of many who try at once exactly one gets it, the others see what it holds. */
  claim(key: string, wish: ClaimWish): Promise<Claim | Kept>;
  /** What a key holds; undefined once a claim has ended or a reply was kept for its 24 h. */
  read(key: string): Promise<Kept | undefined>;
  /** Puts the reply in place of the claim, or drops the claim where there is none; false when the claim had ended. */
  finish(claim: Claim, reply: Uint8Array | undefined): Promise<boolean>;
}

/** How a key is taken: for what input, and when the claim ends by itself. */
export type ClaimWish = { readonly fingerprint: string; readonly ttlMs: number };

/** Tells a claim from what somebody else holds. */
export const isClaim = (found: Claim | Kept): found is Claim => 'rev' in found;
