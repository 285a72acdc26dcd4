import type { Fact, NewFact } from '@seedcore/contracts';
import { canonicalJson, sha256 } from '@seedcore/protocol';
import { normalisedText } from './normalised-text.ts';

const MOST_TAGS = 16;
const MOST_TEXT_BYTES = 4096;

/** The id of a fact by its content: the same text from the same source is the same fact. */
export const factId = ({ text, source }: Pick<Fact, 'text' | 'source'>): string =>
  sha256(canonicalJson([normalisedText(text), source])).slice(0, 26);

/** Bytes by which a text is too large, with the limit; undefined when it is not. */
export function textTooLarge(text: string): { limit: number; got: number } | undefined {
  const got = new TextEncoder().encode(text).length;
  return got <= MOST_TEXT_BYTES ? undefined : { limit: MOST_TEXT_BYTES, got };
}

/** The fact after storing `told` over what is kept now. */
export type RevisedFact = { readonly fact: Fact; readonly deduplicated: boolean; readonly isNew: boolean };

/**
 * Stores `told` over `now`. The same content is the same fact seen again: the later observation is kept, tags add up,
 * and nothing is new when an earlier observation of it arrives late. It is never shown to more than before. Other content
 * replaces it.
 */
export function reviseFact(now: Fact | undefined, told: NewFact, at: { id: string; time: string }): RevisedFact {
  const { fact_id: _id, expected_revision: _rev, observed_at = at.time, ...said } = told;
  const fresh: Fact = {
    ...said,
    fact_id: at.id,
    observed_at,
    created_at: now?.created_at ?? at.time,
    updated_at: at.time,
  };
  if (now === undefined || factId(now) !== factId(fresh)) return { fact: fresh, deduplicated: false, isNew: true };
  const tags = [...new Set([...now.tags, ...fresh.tags])].slice(0, MOST_TAGS);
  const kept = { tags, ...narrower(now, fresh) };
  const isLater = Date.parse(observed_at) > Date.parse(now.observed_at);
  const merged = isLater ? { ...now, ...fresh, ...kept, trust: fresh.trust ?? now.trust } : { ...now, ...kept };
  const isNarrowed = kept.visibility !== now.visibility || kept.no_external_egress !== now.no_external_egress;
  const isNew = isLater || isNarrowed || tags.length > now.tags.length;
  return { fact: isNew ? { ...merged, updated_at: at.time } : now, deduplicated: true, isNew };
}

/** From the narrowest to the widest. */
const WIDTH: readonly Fact['visibility'][] = ['private', 'project', 'organ', 'public'];

/** Who repeats a fact without a word about who may see it opens it to nobody. */
function narrower(now: Fact, fresh: Fact): Pick<Fact, 'visibility' | 'no_external_egress'> {
  const isNarrower = WIDTH.indexOf(fresh.visibility) < WIDTH.indexOf(now.visibility);
  const visibility = isNarrower ? fresh.visibility : now.visibility;
  return { visibility, no_external_egress: now.no_external_egress || fresh.no_external_egress };
}

/** True once the fact no longer holds. */
export const isExpired = ({ valid_until: until }: Fact, wallMs: number): boolean =>
  until !== undefined && Date.parse(until) < wallMs;
