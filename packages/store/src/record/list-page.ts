import type { Broker } from '../broker/broker.ts';
import type { Page, Read } from '../bucket.ts';
import { StoreError } from '../store-error.ts';
import type { CasWriter } from './cas-writer.ts';
import { filterOf } from './key.ts';
import type { Place } from './record-message.ts';

/** Subjects asked for in one read. */
const BATCH = 256;

type Asked = { readonly prefix: string; readonly limit: number; readonly cursor?: string | undefined };

/** One page of the records whose key begins with a prefix. */
export async function listPage<T extends object>(
  broker: Broker,
  records: { readonly place: Place; readonly writer: CasWriter<T> },
  asked: Asked,
): Promise<Page<T>> {
  const { place, writer } = records;
  const asOf = new Date(broker.clock.wallMs());
  const from = `${place.prefix}${asked.prefix}`;
  const after = `${place.prefix}${asked.cursor ?? ''}`;
  const all = await broker.subjects(place.stream, `${place.prefix}${filterOf(asked.prefix)}`);
  const wanted = all.filter((subject) => subject.startsWith(from) && subject > after);
  const items: (Read<T> & { key: string })[] = [];
  const corrupt: string[] = [];
  let next = 0;
  while (next < wanted.length && items.length < asked.limit) {
    const batch = wanted.slice(next, next + Math.min(BATCH, asked.limit - items.length));
    next += batch.length;
    for (const stored of inOrder(await broker.lastOfEach(place.stream, batch))) {
      const key = stored.subject.slice(place.prefix.length);
      try {
        const { value, rev, at } = writer.decode(stored);
        if (value !== undefined) items.push({ key, value, rev, at });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        corrupt.push(key);
      }
    }
  }
  const last = wanted[next - 1]?.slice(place.prefix.length);
  return { items, corrupt, as_of: asOf, ...(next < wanted.length && last !== undefined ? { cursor: last } : {}) };
}

const inOrder = <S extends { readonly subject: string }>(found: readonly S[]): S[] =>
  [...found].sort((a, b) => (a.subject < b.subject ? -1 : 1));
