/** A document, as plain as can be. */
export type Plain = {
  readonly id: string;
  readonly text: string;
  readonly vector?: { readonly model: string; readonly values: Float32Array } | undefined;
  readonly ageMs: number;
};

/** A search, as plain as can be. */
export type PlainSearch = {
  readonly text?: string | undefined;
  readonly vector?: { readonly model: string; readonly values: Float32Array } | undefined;
  readonly k: number;
  readonly lambda: number;
  readonly halfLifeMs?: number | undefined;
};

const words = (text: string): string[] =>
  text
    .normalize('NFKC')
    .toLowerCase()
    .match(/[\p{L}\p{N}]+/gu) ?? [];
const sum = (values: readonly number[]): number => values.reduce((total, value) => total + value, 0);
const inner = (a: Float32Array, b: Float32Array): number => sum(Array.from(a, (value, i) => value * (b[i] ?? 0)));
const cosine = (a: Float32Array, b: Float32Array): number =>
  inner(a, b) / (Math.sqrt(inner(a, a)) * Math.sqrt(inner(b, b)));

function wordScores(query: string, all: readonly Plain[]): number[] {
  const texts = all.map(({ text }) => words(text));
  const average = sum(texts.map(({ length }) => length)) / texts.length;
  const perWord = [...new Set(words(query))].map((word) => {
    const n = texts.filter((text) => text.includes(word)).length;
    const idf = Math.log(1 + (texts.length - n + 0.5) / (n + 0.5));
    return texts.map((text) => {
      const f = text.filter((other) => other === word).length;
      return idf * ((f * 2.2) / (f + 1.2 * (0.25 + 0.75 * (average > 0 ? text.length / average : 0))));
    });
  });
  return all.map((_, i) => sum(perWord.map((scores) => scores[i] ?? 0)));
}

function alike(a: Plain, b: Plain): number {
  if (a.vector && b.vector && a.vector.model === b.vector.model) return cosine(a.vector.values, b.vector.values);
  const [mine, yours] = [new Set(words(a.text)), new Set(words(b.text))];
  const either = new Set([...mine, ...yours]).size;
  return either === 0 ? 0 : [...mine].filter((word) => yours.has(word)).length / either;
}

const best = <T extends { id: string; score: number }>(all: readonly T[]): T[] =>
  [...all].sort((a, b) => b.score - a.score || (a.id < b.id ? -1 : 1));

/** What a search over `all` has to find: the definition, written out, with no index and nothing kept. */
export function bruteForce(all: readonly Plain[], { text, vector, k, lambda, halfLifeMs }: PlainSearch) {
  const ranked = (scores: readonly number[]) =>
    best(all.map(({ id }, i) => ({ id, score: scores[i] ?? 0 })))
      .filter(({ score }) => score > 0)
      .slice(0, 50);
  const byWords = ranked(text === undefined ? [] : wordScores(text, all));
  const byVector = ranked(
    all.map((one) => (vector && one.vector?.model === vector.model ? cosine(vector.values, one.vector.values) : 0)),
  );
  const fused = all
    .map((document) => {
      const [t, v] = [byWords, byVector].map((list) => list.findIndex(({ id }) => id === document.id) + 1);
      const level = vector && document.vector?.model !== vector.model ? t : v;
      const score = (t ? 0.4 / (5 + t) : 0) + (level ? 0.6 / (5 + level) : 0);
      const fade = halfLifeMs === undefined ? 1 : 2 ** (-document.ageMs / halfLifeMs);
      return { document, id: document.id, score: score * fade, t, v };
    })
    .filter(({ t, v }) => t || v);
  const largest = Math.max(...fused.map(({ score }) => score));
  const left = fused.map((one) => ({ ...one, score: one.score / largest }));
  const chosen: typeof left = [];
  while (chosen.length < k && left.length > 0) {
    const worth = left.map((one) => {
      const near = chosen.map(({ document }) => alike(one.document, document));
      return { id: one.id, score: lambda * one.score - (1 - lambda) * (near.length === 0 ? 0 : Math.max(...near)) };
    });
    const [next] = best(worth);
    const at = left.findIndex(({ id }) => id === next?.id);
    chosen.push(...left.splice(at, 1));
  }
  return chosen.map(({ id, score, t, v }) => ({
    id,
    score,
    ...(t ? { rankText: t, scoreText: byWords[t - 1]?.score } : {}),
    ...(v ? { rankVector: v, scoreVector: byVector[v - 1]?.score } : {}),
  }));
}
