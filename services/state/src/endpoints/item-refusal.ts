import { fail } from '@seedcore/protocol';
import type { ChangedItem } from '../work/item-shelf.ts';

/** Why an item was not written, of the reasons that every write may meet. */
export function itemRefusal(refused: Exclude<ChangedItem, { readonly kind: 'done' }>, key: string) {
  if (refused.kind === 'contended') return fail('contended', { tries: refused.tries });
  if (refused.kind === 'corrupt') return fail('corrupt_record', { key, why: refused.why });
  return fail('too_large', { of: 'keys' as const, limit: refused.limit, got: refused.got });
}

/** Why an item was not removed: a removal needs no room. */
export function removalRefusal(refused: Exclude<ChangedItem, { readonly kind: 'done' | 'full' }>, key: string) {
  if (refused.kind === 'contended') return fail('contended', { tries: refused.tries });
  return fail('corrupt_record', { key, why: refused.why });
}
