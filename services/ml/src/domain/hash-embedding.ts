import { wordsOf } from '@seedcore/retrieval';

/** Length of a vector of {@link embed}. */
export const embeddingDims = 384;
/** Name of the model: change it whenever a vector would change. */
export const embeddingModel = 'hash-384-v1';

const shortestGram = 3;
const longestGram = 5;
const longestWord = 64;
const fnvOffset = 0x811c9dc5;
const fnvPrime = 0x01000193;

/**
 * Unit vector of a text by signed feature hashing of its words and of the character 3- to 5-grams of its words, each
 * counted as 1 + ln(times).
 *
 * @returns shape [384], Euclidean length 1; all zeros when the text has no letter or digit
 * @source Weinberger et al., "Feature Hashing for Large Scale Multitask Learning" (2009), §2, signed kernel
 */
export function embed(text: string): Float64Array {
  const vector = new Float64Array(embeddingDims);
  for (const [feature, times] of countsOf(featuresOf(text))) {
    const hash = hashOf(feature);
    const sign = (hash & 1) === 0 ? 1 : -1;
    const at = (hash >>> 1) % embeddingDims;
    vector[at] = (vector[at] ?? 0) + sign * (1 + Math.log(times));
  }
  const length = Math.sqrt(dot(vector, vector));
  return length === 0 ? vector : vector.map((value) => value / length);
}

/** Inner product of two vectors of one length; of unit vectors, their cosine. */
export function dot(a: Float64Array, b: Float64Array): number {
  return a.reduce((sum, value, i) => sum + value * (b[i] ?? 0), 0);
}

function* featuresOf(text: string): Generator<string> {
  for (const word of wordsOf(text, 'joined')) {
    yield `w:${word}`;
    const letters = [...`<${word.slice(0, longestWord)}>`];
    for (let length = shortestGram; length <= longestGram; length += 1) {
      for (let at = 0; at + length <= letters.length; at += 1) yield `g:${letters.slice(at, at + length).join('')}`;
    }
  }
}

function countsOf(features: Iterable<string>): Map<string, number> {
  const counts = new Map<string, number>();
  for (const feature of features) counts.set(feature, (counts.get(feature) ?? 0) + 1);
  return counts;
}

/**
 * 32-bit FNV-1a over UTF-16 code units, with the final mixing of MurmurHash3 so that low bits are even.
 *
 * @source Fowler, Noll & Vo; Appleby, MurmurHash3 (both public domain)
 */
function hashOf(text: string): number {
  let hash = fnvOffset;
  for (let i = 0; i < text.length; i += 1) hash = Math.imul(hash ^ text.charCodeAt(i), fnvPrime);
  hash = Math.imul(hash ^ (hash >>> 16), 0x85ebca6b);
  hash = Math.imul(hash ^ (hash >>> 13), 0xc2b2ae35);
  return (hash ^ (hash >>> 16)) >>> 0;
}
