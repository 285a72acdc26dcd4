/**
 * A number from 0 to 2^32 − 1 that depends on the whole text; ids made in the same millisecond spread evenly. Another
 * `seed` gives another number, so that two choices made by the same id have nothing to do with each other.
 *
 * @source FNV-1a, 32 bit, with the finaliser of MurmurHash3
 */
export function textHash(text: string, seed = 0x811c9dc5): number {
  let hash = seed;
  for (let i = 0; i < text.length; i++) hash = Math.imul(hash ^ text.charCodeAt(i), 0x01000193);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
