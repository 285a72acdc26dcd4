import { id } from '@seedcore/protocol';
import { type Bucket, type Store, StoreError } from '@seedcore/store';
import { z } from 'zod';
import type { MissRecord } from '../domain/miss-record.ts';
import type { Misses } from '../item-ports.ts';
import { KEPT_MS } from '../work/miss-book.ts';
import { packedJson, packJson, unpackJson } from './packed-json.ts';

/** Most runs of replicas in one hour whose counts are added up; a replica has one unless it is restarted. */
const MOST_RUNS = 500;

const count = z.int().nonnegative();
const counted = z.array(z.strictObject({ name: z.string(), count, error: count })).max(1000);
const missRecord = z.strictObject({
  hour: count,
  run: id,
  instance: z.string(),
  totals: z.strictObject({ mw: count, shared_cache: count, miss_tracker: count }),
  counted: packedJson,
});
type StoredMisses = z.output<typeof missRecord>;

/** Counts of misses in `<ns>_memory`, as `miss.<hour>.<run>`. */
export class BucketMisses implements Misses {
  readonly #bucket: Bucket<StoredMisses>;

  constructor(store: Store) {
    this.#bucket = store.bucket({ name: 'memory', schema: missRecord, version: 1, ttlMs: () => KEPT_MS });
  }

  async write(record: MissRecord): Promise<void> {
    const { hour, run } = record;
    const stored = {
      ...record,
      totals: { ...record.totals },
      counted: packJson(record.counted.map((one) => ({ ...one }))),
    };
    await this.#bucket.update(`miss.${hour}.${run}`, () => stored);
  }

  async read(hour: number): Promise<readonly MissRecord[]> {
    const { items } = await this.#bucket.list(`miss.${hour}.`, { limit: MOST_RUNS });
    return items.map(({ value, key }) => ({ ...value, counted: unfolded(value, key) }));
  }
}

function unfolded(stored: StoredMisses, key: string): MissRecord['counted'] {
  try {
    return counted.parse(unpackJson(stored.counted));
  } catch (cause) {
    throw new StoreError('corrupt_record', key, 'its counts cannot be unfolded', { cause });
  }
}
