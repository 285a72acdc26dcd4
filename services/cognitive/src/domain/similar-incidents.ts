import type { FailureClass } from '@seedcore/contracts';
import { cosine, templateWords, wordCounts } from './incident-template.ts';
import type { KnownIncident } from './known-incident.ts';

/** A past incident and how like this one it is, in [0.35, 1]. */
export type Similar = { readonly incident: KnownIncident; readonly similarity: number };

const TEXT_WEIGHT = 0.5;
const CLASS_WEIGHT = 0.3;
const COMPONENT_WEIGHT = 0.2;
const LEAST_SIMILARITY = 0.35;

/** What a past incident is compared with. */
export type Likeness = {
  readonly message: string;
  readonly class: FailureClass;
  readonly component: string | undefined;
};

/** Past incidents like this one: 0.5 × likeness of words + 0.3 for the same class + 0.2 for the same component; best first, then by id. */
export function similarIncidents(incidents: readonly KnownIncident[], like: Likeness): Similar[] {
  const words = wordCounts(templateWords(like.message));
  return incidents
    .map((incident) => ({ incident, similarity: similarityOf(incident, like, words) }))
    .filter(({ similarity }) => similarity >= LEAST_SIMILARITY)
    .sort((a, b) => b.similarity - a.similarity || (a.incident.id < b.incident.id ? -1 : 1));
}

function similarityOf(incident: KnownIncident, like: Likeness, words: ReadonlyMap<string, number>): number {
  const sameClass = like.class !== 'unknown' && incident.class === like.class;
  const sameComponent = like.component !== undefined && incident.component === tagSafe(like.component);
  return (
    TEXT_WEIGHT * cosine(words, wordCounts(templateWords(incident.text))) +
    (sameClass ? CLASS_WEIGHT : 0) +
    (sameComponent ? COMPONENT_WEIGHT : 0)
  );
}

/** Components are compared as a tag can hold them: other characters become `-`. */
const tagSafe = (component: string): string => component.replace(/[^A-Za-z0-9_:.-]/g, '-').slice(0, 54);
