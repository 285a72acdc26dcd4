const FNV_OFFSET = 0x811c9dc5;
const FNV_PRIME = 0x01000193;

/** FNV-1a over the UTF-16 units of `text`; an unsigned 32-bit integer. */
export function textHash(text: string): number {
  let hash = FNV_OFFSET;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), FNV_PRIME);
  return hash >>> 0;
}

/**
 * The index of the owner of a key: the highest hash of key and owner wins, so that a joining or leaving owner moves
 * only its own keys; -1 when there are none.
 * @source Thaler and Ravishankar, "Using name-based mappings to increase hit rates" (1998)
 */
export function rendezvous(key: string, owners: readonly { readonly hash: number }[]): number {
  const keyHash = textHash(key);
  let best = -1;
  let highest = -1;
  for (let i = 0; i < owners.length; i++) {
    const weight = mixed(keyHash, owners[i]?.hash ?? 0);
    if (weight <= highest) continue;
    highest = weight;
    best = i;
  }
  return best;
}

/** Both hashes through the finalizer of MurmurHash3 (Appleby, public domain), which spreads every bit over all others. */
function mixed(key: number, owner: number): number {
  let h = Math.imul(key, 0x9e3779b1) ^ owner;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
