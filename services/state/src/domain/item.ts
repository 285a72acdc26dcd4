import type { z } from 'zod';

/** Any JSON. */
export type ItemValue = z.core.util.JSONType;

/** What a key of working memory holds, until a moment in ms since 1970 by the writer's clock. */
export type Item =
  | {
      readonly kind: 'value';
      readonly key: string;
      readonly untilMs: number;
      readonly value: ItemValue;
      /** The claim it was made under, so that a repeat of the write is known. */
      readonly filledBy?: string;
    }
  /** Somebody said that there is no value. */
  | { readonly kind: 'negative'; readonly key: string; readonly untilMs: number }
  /** Somebody makes the value. */
  | { readonly kind: 'claim'; readonly key: string; readonly untilMs: number; readonly token: string };

/** A claim of an item. */
export type ItemClaim = Extract<Item, { readonly kind: 'claim' }>;
/** What an item answers a reader with. */
export type ItemAnswer = Exclude<Item, ItemClaim>;

/** What a key holds, with its revision; 0 and nothing where there is none. */
export type HeldItem = { readonly item: Item | undefined; readonly rev: number };

/** What comes of a wish to write. */
export type ItemVerdict =
  | { readonly kind: 'write'; readonly item: Item }
  | { readonly kind: 'remove' }
  /** It stays as it is. */
  | { readonly kind: 'keep' }
  | { readonly kind: 'conflict'; readonly current_revision: number }
  | { readonly kind: 'claim_lost'; readonly current_revision: number };

/** What is held at `nowMs`: the broker drops what has expired a second or two late. */
export function alive({ item, rev }: HeldItem, nowMs: number): HeldItem {
  return item === undefined || item.untilMs <= nowMs ? { item: undefined, rev: 0 } : { item, rev };
}

/** Makes an item unless there is a value: neither a claim nor a word that there is none stands against it. */
export const offer = ({ item }: HeldItem, made: Item): ItemVerdict =>
  item?.kind === 'value' ? { kind: 'keep' } : { kind: 'write', item: made };

/** Claims the making of an item that nobody has made, denied or claimed. */
export const claimed = ({ item }: HeldItem, claim: ItemClaim): ItemVerdict =>
  item === undefined ? { kind: 'write', item: claim } : { kind: 'keep' };

/** Conditions of a write. */
export type PutWish = {
  readonly item: ItemAnswer;
  readonly expectedRevision?: number | undefined;
  readonly claimToken?: string | undefined;
};

/** Writes an item over what its writer saw, and under the claim it holds, if it names any. */
export function put(now: HeldItem, { item, expectedRevision, claimToken }: PutWish): ItemVerdict {
  if (claimToken !== undefined) return putUnderClaim(now, item, claimToken);
  const current_revision = revisionOf(now);
  if (expectedRevision !== undefined && expectedRevision !== current_revision)
    return { kind: 'conflict', current_revision };
  return { kind: 'write', item };
}

/** A claim that is over, or taken by another, writes nothing; a repeat of the write it was for changes nothing. */
function putUnderClaim({ item: now, rev }: HeldItem, item: ItemAnswer, token: string): ItemVerdict {
  if (now?.kind === 'value' && now.filledBy === token) return { kind: 'keep' };
  if (now?.kind !== 'claim' || now.token !== token) return { kind: 'claim_lost', current_revision: rev };
  return { kind: 'write', item: item.kind === 'value' ? { ...item, filledBy: token } : item };
}

/** Removes whatever there is; a claim too, since what its holder makes is of the past. */
export function drop(now: HeldItem, expectedRevision: number | undefined): ItemVerdict {
  const current_revision = revisionOf(now);
  if (expectedRevision !== undefined && expectedRevision !== current_revision)
    return { kind: 'conflict', current_revision };
  return now.item === undefined ? { kind: 'keep' } : { kind: 'remove' };
}

/** A claim is no value: whoever expects nothing is right. */
const revisionOf = ({ item, rev }: HeldItem): number => (item === undefined || item.kind === 'claim' ? 0 : rev);
