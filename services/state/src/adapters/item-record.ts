import { id, time } from '@seedcore/protocol';
import { StoreError } from '@seedcore/store';
import { z } from 'zod';
import type { Item, ItemValue } from '../domain/item.ts';
import { packedJson, packJson, unpackJson } from './packed-json.ts';

const kept = { key: z.string(), expires_at: time };

/** An item as it is stored; `key` is the original one, of which the bucket's key may be a hash. */
export const itemRecord = z.discriminatedUnion('kind', [
  z.strictObject({ ...kept, kind: z.literal('value'), data: packedJson, filled_by: id.optional() }),
  z.strictObject({ ...kept, kind: z.literal('negative') }),
  z.strictObject({ ...kept, kind: z.literal('claim'), token: id }),
]);

/** An item as it is stored. */
export type ItemRecord = z.output<typeof itemRecord>;

/** How an item is stored. */
export function recordOf(item: Item): ItemRecord {
  const common = { key: item.key, expires_at: new Date(item.untilMs).toISOString() };
  if (item.kind === 'negative') return { ...common, kind: 'negative' };
  if (item.kind === 'claim') return { ...common, kind: 'claim', token: item.token };
  const by = item.filledBy === undefined ? {} : { filled_by: item.filledBy };
  return { ...common, kind: 'value', data: packJson(item.value), ...by };
}

/** @throws StoreError `corrupt_record` when it belongs to another key, or its value cannot be unfolded */
export function itemOf(record: ItemRecord, key: string): Item {
  if (record.key !== key) throw new StoreError('corrupt_record', key, 'another key is kept in its place');
  const common = { key, untilMs: Date.parse(record.expires_at) };
  if (record.kind === 'negative') return { ...common, kind: 'negative' };
  if (record.kind === 'claim') return { ...common, kind: 'claim', token: record.token };
  const by = record.filled_by === undefined ? {} : { filledBy: record.filled_by };
  return { ...common, kind: 'value', value: unpacked(record, key), ...by };
}

function unpacked(record: Extract<ItemRecord, { readonly kind: 'value' }>, key: string): ItemValue {
  try {
    return unpackJson(record.data);
  } catch (cause) {
    throw new StoreError('corrupt_record', key, 'its value cannot be unfolded', { cause });
  }
}
