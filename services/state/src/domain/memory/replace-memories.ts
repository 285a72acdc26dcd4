import type { MemoryItem } from '@seedcore/contracts';
import type { Known } from './known-memories.ts';
import { isLive, replaced } from './memory-item.ts';
import { memoryKey } from './memory-key.ts';

/** A memory whose place another one takes, as it is kept from then on. */
export type Original = { readonly key: string; readonly expect: number; readonly value: MemoryItem };

/** Why a memory cannot be replaced. */
export type ReplacesRefusal =
  | { readonly code: 'unknown_memory'; readonly details: { id: string } }
  | { readonly code: 'conflict'; readonly details: { current_revision: number } }
  | { readonly code: 'immutable'; readonly details: { memory_id: string } };

/** What is replaced and how many bytes it stands for, or why it is not. */
export type Replacing =
  | { readonly ok: true; readonly originals: Original[]; readonly representsBytes: number }
  | { readonly ok: false; readonly refusal: ReplacesRefusal };

/** The memories `ids` of the agent, each to be replaced by the memory `by`; none may be `claimed` by another one. */
export function originalsOf(
  { ids, by }: { readonly ids: readonly string[]; readonly by: string },
  { kept, storing }: Pick<Known, 'kept' | 'storing'>,
  claimed: ReadonlySet<string>,
): Replacing {
  const originals: Original[] = [];
  let representsBytes = 0;
  for (const id of new Set(ids)) {
    const found = kept.get(id);
    const isThere = found !== undefined && (isLive(found.item, storing.wallMs) || found.item.replaced_by !== undefined);
    if (!isThere) return refused({ code: 'unknown_memory', details: { id } });
    const { item, rev } = found;
    const key = memoryKey(item.tier, item);
    if (item.tier !== 'long_term') return refused({ code: 'immutable', details: { memory_id: id } });
    const isTaken = item.replaced_by !== undefined && item.replaced_by !== by;
    if (isTaken || id === by || claimed.has(key))
      return refused({ code: 'conflict', details: { current_revision: rev } });
    representsBytes += item.represents_bytes;
    originals.push({ key, expect: rev, value: replaced(item, by, storing.wallMs) });
  }
  return { ok: true, originals, representsBytes };
}

const refused = (refusal: ReplacesRefusal): Replacing => ({ ok: false, refusal });
