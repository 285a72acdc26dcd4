import type { state } from '@seedcore/contracts';
import { fail, type Handler, ok } from '@seedcore/protocol';
import { drop } from '../domain/item.ts';
import type { WorkingMemory } from '../work/working-memory.ts';
import { removalRefusal } from './item-refusal.ts';

/** Removes an item, and with it whatever claim somebody holds on it. */
export function deleteItem({ shelf }: WorkingMemory): Handler<typeof state.endpoints.delete_item> {
  return async ({ expected_revision, ...name }) => {
    const changed = await shelf.remove(name, (now) => drop(now, expected_revision));
    if (changed.kind !== 'done') return removalRefusal(changed, name.key);
    const { verdict, before } = changed;
    if (verdict.kind === 'conflict') return fail('conflict', { current_revision: verdict.current_revision });
    return ok({ deleted: verdict.kind === 'remove' && before.item?.kind !== 'claim' });
  };
}
