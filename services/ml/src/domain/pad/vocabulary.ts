/** Letters two words have to begin with alike, and the least share of the longer one these have to be. */
const LEAST_COMMON = 4;
const COMMON_SHARE = 0.65;

/**
 * Words with weights, found again in other forms: two words are forms of one when they begin alike for four letters and for
 * 65 % of the longer one, which is what the endings of English and Russian leave; shorter ones have to be equal.
 */
export class Vocabulary {
  readonly #weights = new Map<string, number>();
  readonly #byBeginning = new Map<string, string[]>();

  get size(): number {
    return this.#weights.size;
  }

  /** Takes a word in, or raises its weight. */
  add(word: string, weight: number): void {
    const known = this.#weights.get(word);
    if (known === undefined) {
      const beginning = word.slice(0, LEAST_COMMON);
      const alike = this.#byBeginning.get(beginning);
      if (alike === undefined) this.#byBeginning.set(beginning, [word]);
      else alike.push(word);
    }
    this.#weights.set(word, Math.max(weight, known ?? 0));
  }

  /** Weight of the heaviest form of a word; 0 when there is none. */
  weightOf(word: string): number {
    let heaviest = 0;
    for (const known of this.#byBeginning.get(word.slice(0, LEAST_COMMON)) ?? []) {
      const weight = this.#weights.get(known) ?? 0;
      if (weight > heaviest && areForms(known, word)) heaviest = weight;
    }
    return heaviest;
  }
}

function areForms(a: string, b: string): boolean {
  if (a === b) return true;
  const [shorter, longer] = a.length < b.length ? [a.length, b.length] : [b.length, a.length];
  const enough = Math.max(LEAST_COMMON, COMMON_SHARE * longer);
  if (shorter < enough) return false;
  let common = 0;
  while (common < shorter && a[common] === b[common]) common++;
  return common >= enough;
}
