import type { Sufficiency } from '@seedcore/contracts';
import { rounded } from './figure.ts';
import { jaccard, templateWords } from './incident-template.ts';
import type { KnownIncident } from './known-incident.ts';

/** Fewer items than this say nothing about a question. */
const LEAST_ITEMS = 3;
const MOST_KEY_TERMS = 12;
/** Incidents older than this are stale. */
const HORIZON_MS = 30 * 86_400_000;

/** How well `items` cover the failure `message`; `none` below three items. */
export function sufficiency(message: string, items: readonly KnownIncident[], nowMs: number): Sufficiency | 'none' {
  if (items.length < LEAST_ITEMS) return 'none';
  const texts = items.map((item) => new Set(templateWords(item.text)));
  const terms = [...new Set(templateWords(message))].slice(0, MOST_KEY_TERMS);
  const covered = terms.filter((term) => texts.some((text) => text.has(term))).length;
  const likeness = pairs(texts).map(([a, b]) => jaccard(a, b));
  const aboutOne = pairs(items).filter(([a, b]) => sameSubject(a, b));
  const conflicts = aboutOne.filter(([a, b]) => a.outcome !== b.outcome).length;
  return {
    coverage: terms.length === 0 ? 0 : rounded(covered / terms.length),
    diversity: rounded(1 - mean(likeness)),
    conflicts,
    agreement: aboutOne.length === 0 ? 1 : rounded(1 - conflicts / aboutOne.length),
    staleness: rounded(items.filter((item) => nowMs - item.atMs > HORIZON_MS).length / items.length),
    trust: rounded(mean(items.map((item) => item.trust))),
  };
}

/** Two reports of one remedy for one class; they conflict when their outcomes differ. */
const sameSubject = (a: KnownIncident, b: KnownIncident): boolean =>
  a.class !== undefined && a.class === b.class && a.remedy !== undefined && a.remedy === b.remedy;

const mean = (values: readonly number[]): number =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function pairs<T>(items: readonly T[]): [T, T][] {
  return items.flatMap((a, i) => items.slice(i + 1).map((b): [T, T] => [a, b]));
}
