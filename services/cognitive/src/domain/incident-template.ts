const BLANKS: readonly (readonly [RegExp, string])[] = [
  [/\b[a-z][a-z0-9+.-]{0,20}:\/\/\S{1,400}/gi, ' '],
  [/(?:[A-Za-z]:)?(?:[\\/][\w.@-]{1,100}){1,20}[\\/]?/g, ' '],
  [/\b(?=\w{0,64}\d)[0-9a-f]{8,64}(?:-[0-9a-f]{4,12}){0,4}\b/gi, ' '],
  [/\b(?=\w{0,64}\d)[0-9a-hjkmnp-tv-z]{26}\b/gi, ' '],
  [/\b0x[0-9a-f]{1,64}\b/gi, ' '],
  [/\d+/g, ' '],
];

/** The words of a failure message that stay the same next time: numbers, ids, hex, addresses and paths are blanked. */
export function templateWords(message: string): string[] {
  const blanked = BLANKS.reduce((text, [pattern, blank]) => text.replace(pattern, blank), message.normalize('NFKC'));
  return blanked.toLowerCase().match(/\p{L}{2,}/gu) ?? [];
}

/** How often each word occurs. */
export function wordCounts(words: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const word of words) counts.set(word, (counts.get(word) ?? 0) + 1);
  return counts;
}

/** Cosine of two word counts, in [0, 1]; 0 when either is empty. */
export function cosine(a: ReadonlyMap<string, number>, b: ReadonlyMap<string, number>): number {
  let dot = 0;
  for (const [word, n] of a) dot += n * (b.get(word) ?? 0);
  return dot === 0 ? 0 : Math.min(1, dot / (length(a) * length(b)));
}

/** Shared words over all words, in [0, 1]; 1 for two empty sets. */
export function jaccard(a: ReadonlySet<string>, b: ReadonlySet<string>): number {
  const all = new Set([...a, ...b]).size;
  return all === 0 ? 1 : [...a].filter((word) => b.has(word)).length / all;
}

const length = (counts: ReadonlyMap<string, number>): number =>
  Math.sqrt([...counts.values()].reduce((sum, n) => sum + n * n, 0));
