import type { MemoryItem, NewMemory } from '@seedcore/contracts';
import { canonicalJson } from '@seedcore/protocol';
import type { Found, Known, Wish } from './known-memories.ts';
import { isRecent, memoryOf, tierOf } from './memory-item.ts';
import { contentName, memoryKey } from './memory-key.ts';
import { type Original, originalsOf, type ReplacesRefusal } from './replace-memories.ts';

/** Flashbulbs of one agent; further ones are stored for the long term instead. */
export const MOST_FLASHBULBS = 2000;

/** What becomes of one wish. */
export type Step =
  /** Written over the revision `expect`, in the place of `originals`. */
  | { readonly kind: 'write'; readonly item: MemoryItem; readonly expect: number; readonly originals: Original[] }
  | { readonly kind: 'append'; readonly item: MemoryItem }
  /** It is there: stored before by the same wish, or, as a duplicate, said before. */
  | { readonly kind: 'known'; readonly found: Found; readonly duplicate: boolean }
  /** The same as an earlier wish of this call. */
  | { readonly kind: 'same'; readonly as: number };

/** Why nothing is stored. */
export type Refusal =
  | ReplacesRefusal
  | { readonly code: 'conflict'; readonly details: { current_revision: number } }
  | { readonly code: 'immutable'; readonly details: { memory_id: string } };

/** All steps of a call, or why there are none; `further`: a wish needs an id after that of an old memory. */
export type Plan =
  | { readonly kind: 'steps'; readonly steps: readonly Step[] }
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'further'; readonly wish: number; readonly after: string };

type Judged =
  | Step
  | { readonly kind: 'refused'; readonly refusal: Refusal }
  | { readonly kind: 'further'; readonly after: string };

/** Plans what becomes of the wishes of one call, in their order: all of them, or nothing. */
export function planMemories(wishes: readonly Wish[], known: Known): Plan {
  const steps: Step[] = [];
  for (const [i, wish] of wishes.entries()) {
    const judged = judge(wish, known, steps);
    if (judged.kind === 'refused') return judged;
    if (judged.kind === 'further') return { ...judged, wish: i };
    steps.push(judged);
  }
  return { kind: 'steps', steps };
}

function judge(wish: Wish, known: Known, before: readonly Step[]): Judged {
  const { told, memory_id } = wish;
  const named = before.findIndex((step) => 'item' in step && step.item.memory_id === memory_id);
  if (named !== -1) return told.memory_id === undefined ? { kind: 'same', as: named } : conflict(0);
  const kept = known.kept.get(memory_id);
  if (kept !== undefined) return overKept(wish, kept, { known, before });
  if (told.memory_id !== undefined)
    return (told.expected_revision ?? 0) > 0 ? conflict(0) : written(wish, known, { before });
  if (told.replaces.length > 0) return written(wish, known, { before });
  const said = { ...told, agent_id: known.storing.agent_id };
  const same = before.findIndex((step) => 'item' in step && contentName(step.item) === contentName(said));
  if (same !== -1) return { kind: 'same', as: same };
  const last = known.kept.get(wish.said ?? '');
  const isSaid = last !== undefined && isRecent(last.item, known.storing.wallMs);
  return isSaid ? { kind: 'known', found: last, duplicate: true } : written(wish, known, { before });
}

/** A wish whose id is taken. */
function overKept(
  wish: Wish,
  kept: Found,
  { known, before }: { readonly known: Known; readonly before: readonly Step[] },
): Judged {
  const { told, memory_id } = wish;
  if (told.memory_id === undefined) {
    if (told.write_key !== undefined) return { kind: 'known', found: kept, duplicate: false };
    if (isRecent(kept.item, known.storing.wallMs)) return { kind: 'known', found: kept, duplicate: true };
    return { kind: 'further', after: memory_id };
  }
  if (saysTheSame(kept.item, told)) return { kind: 'known', found: kept, duplicate: false };
  const { item, rev } = kept;
  if (item.tier !== 'long_term' || item.replaced_by !== undefined || told.kind === 'episode')
    return { kind: 'refused', refusal: { code: 'immutable', details: { memory_id } } };
  return told.expected_revision === rev ? written(wish, known, { before, over: kept }) : conflict(rev);
}

/** A memory to be written, anew or over what is there; a written one stays in the tier it is in. */
function written(
  { told, memory_id }: Wish,
  known: Known,
  { before, over }: { readonly before: readonly Step[]; readonly over?: Found },
): Judged {
  const tier = over === undefined ? tierWithRoom(told, known, before) : 'long_term';
  const fresh = memoryOf(told, { memory_id, tier }, known.storing);
  if (tier === 'episode') return { kind: 'append', item: fresh };
  const claimed = keysWritten(before);
  if (claimed.has(memoryKey(tier, fresh))) return conflict(over?.rev ?? 0);
  const taken = originalsOf({ ids: told.replaces, by: memory_id }, known, claimed);
  if (!taken.ok) return { kind: 'refused', refusal: taken.refusal };
  const represents_bytes = Math.max(fresh.represents_bytes, taken.representsBytes);
  const item = { ...(over === undefined ? fresh : revised(over.item, fresh)), represents_bytes };
  return { kind: 'write', item, expect: over?.rev ?? 0, originals: taken.originals };
}

/** A call changes a key once. */
const keysWritten = (steps: readonly Step[]): ReadonlySet<string> =>
  new Set(
    steps.flatMap((step) =>
      step.kind === 'write' ? [memoryKey(step.item.tier, step.item), ...step.originals.map(({ key }) => key)] : [],
    ),
  );

function tierWithRoom(told: NewMemory, { flashbulbs }: Known, before: readonly Step[]) {
  const tier = tierOf(told);
  const planned = before.filter((step) => step.kind === 'write' && step.item.tier === 'flashbulb').length;
  return tier === 'flashbulb' && flashbulbs + planned >= MOST_FLASHBULBS ? 'long_term' : tier;
}

/** What is written over a memory keeps its age and hits. */
const revised = (now: MemoryItem, fresh: MemoryItem): MemoryItem => ({
  ...fresh,
  ...{ created_at: now.created_at, hits: now.hits },
});

function saysTheSame(item: MemoryItem, told: NewMemory): boolean {
  const said = ({
    text,
    data,
    kind,
    tags,
    origin,
    visibility,
    salience,
    trust,
    no_external_egress,
  }: NewMemory | MemoryItem) =>
    canonicalJson({ text, data: data ?? {}, kind, tags, origin, visibility, salience, trust, no_external_egress });
  return said(item) === said(told);
}

const conflict = (current_revision: number): Judged => ({
  kind: 'refused',
  refusal: { code: 'conflict', details: { current_revision } },
});
