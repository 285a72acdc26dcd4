import { id } from '@seedcore/protocol';
import type { Bucket, Store } from '@seedcore/store';
import { z } from 'zod';
import { MISSES_KEPT_MS, type MissRecord } from '../domain/miss-record.ts';
import type { Misses } from '../item-ports.ts';
import { packedJson, packJson, unpackJson } from './packed-json.ts';

/** Most runs of replicas in one hour whose counts are added up; a replica has one unless it is restarted. */
const MOST_RUNS = 500;

/** A write is tried for so long, in ms: the next one brings the same counts, and a replica that leaves does not wait. */
const BUDGET_MS = 5000;

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

/** Hears what could not be read. */
type Report = (where: string, error: unknown) => void;

/** Counts of misses in `<ns>_memory`, as `miss.<hour>.<run>`. */
export class BucketMisses implements Misses {
  readonly #bucket: Bucket<StoredMisses>;
  readonly #report: Report;

  constructor(store: Store, report: Report) {
    this.#bucket = store.bucket({ name: 'memory', schema: missRecord, version: 1, ttlMs: () => MISSES_KEPT_MS });
    this.#report = report;
  }

  async write(record: MissRecord): Promise<void> {
    const { hour, run, totals } = record;
    const counts = packJson(record.counted.map((one) => ({ ...one })));
    const stored = { ...record, totals: { ...totals }, counted: counts };
    await this.#bucket.update(`miss.${hour}.${run}`, () => stored, { budgetMs: BUDGET_MS });
  }

  /** Records that cannot be read are reported, and left out: `replicas` says whose counts are in an answer. */
  async read(hour: number): Promise<readonly MissRecord[]> {
    const { items, corrupt } = await this.#bucket.list(`miss.${hour}.`, { limit: MOST_RUNS });
    for (const key of corrupt) this.#report(`reading ${key}`, new Error('corrupt record'));
    return items.flatMap(({ value, key }) => this.#unfolded(value, key));
  }

  #unfolded(stored: StoredMisses, key: string): MissRecord[] {
    try {
      return [{ ...stored, counted: counted.parse(unpackJson(stored.counted)) }];
    } catch (error) {
      this.#report(`reading ${key}`, error);
      return [];
    }
  }
}
