import type { MemoryItem, ShownMemory } from '@seedcore/contracts';
import type { Known } from '../record-view.ts';

/** A page ends early at about this many bytes. */
const MOST_PAGE_BYTES = 700_000;

type Placed = Pick<MemoryItem, 'created_at' | 'memory_id' | 'agent_id'>;

/** Newest first; ties by id, then by agent. */
export const newestFirst = (a: Known<MemoryItem>, b: Known<MemoryItem>): number =>
  compared(placeOf(a.value), placeOf(b.value));

/** Where a page ended, as its cursor says it. */
export const positionOf = (item: Placed): string => placeOf(item).join('.');

/** True for memories that come after a cursor; one that says nothing is before everything. */
export function isAfter(cursor: string, item: Placed): boolean {
  const [at = '', ...rest] = cursor.split('.');
  return compared([Number(at), rest[0] ?? '', rest[1] ?? ''], placeOf(item)) < 0;
}

/** The first memories that fit into one answer; at least one. */
export function pageOf(items: readonly ShownMemory[]): ShownMemory[] {
  let bytes = 0;
  const end = items.findIndex((item, i) => {
    bytes += Buffer.byteLength(JSON.stringify(item));
    return i > 0 && bytes > MOST_PAGE_BYTES;
  });
  return end === -1 ? [...items] : items.slice(0, end);
}

type Place = readonly [number, string, string];

const placeOf = ({ created_at, memory_id, agent_id }: Placed): Place => [Date.parse(created_at), memory_id, agent_id];

function compared([aMs, aId, aAgent]: Place, [bMs, bId, bAgent]: Place): number {
  if (aMs !== bMs) return bMs - aMs;
  if (aId !== bId) return aId < bId ? -1 : 1;
  if (aAgent !== bAgent) return aAgent < bAgent ? -1 : 1;
  return 0;
}
