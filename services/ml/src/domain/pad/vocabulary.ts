/** Letters two words have to begin with alike, and the least share of the longer one these have to be. */
const LEAST_COMMON = 4;
const COMMON_SHARE = 0.55;

/**
 * Words, found again in other forms: two words are forms of one when they begin alike for four letters and for
 * 55 % of the longer one, which is what the endings of English and Russian leave; shorter ones have to be equal.
 */
export class Vocabulary {
  readonly #byBeginning = new Map<string, Set<string>>();

  /** Takes words in. */
  learn(words: readonly string[]): void {
    for (const word of words) {
      const beginning = word.slice(0, LEAST_COMMON);
      const alike = this.#byBeginning.get(beginning) ?? new Set();
      this.#byBeginning.set(beginning, alike.add(word));
    }
  }

  /** Whether a word is known, in this form or another. */
  knows(word: string): boolean {
    const alike = this.#byBeginning.get(word.slice(0, LEAST_COMMON));
    return alike !== undefined && (alike.has(word) || [...alike].some((known) => areForms(known, word)));
  }
}

function areForms(a: string, b: string): boolean {
  const [shorter, longer] = a.length < b.length ? [a.length, b.length] : [b.length, a.length];
  const enough = Math.max(LEAST_COMMON, COMMON_SHARE * longer);
  if (shorter < enough) return false;
  let common = 0;
  while (common < shorter && a[common] === b[common]) common++;
  return common >= enough;
}
