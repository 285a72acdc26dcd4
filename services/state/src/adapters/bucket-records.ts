import { type Bucket, StoreError } from '@seedcore/store';
import type { RecordView } from '../domain/record-view.ts';
import type { Reading, Records, Writing } from '../ports.ts';
import { FollowedBucket } from './follow-bucket.ts';
import { unreadable } from './unreadable.ts';

/** Compare-and-sets before a write gives up against others. */
const TRIES = 8;

/** Records in a bucket, under `prefix` and their id; own writes show in the picture at once. */
export class BucketRecords<T extends object, V extends RecordView<T>>
  extends FollowedBucket<T, V>
  implements Records<T, V>
{
  readonly #bucket: Bucket<T>;
  readonly #prefix: string;

  constructor(bucket: Bucket<T>, prefix: string, view: V) {
    super(bucket, prefix, view);
    this.#bucket = bucket;
    this.#prefix = prefix;
  }

  async read(id: string): Promise<Reading<T>> {
    try {
      const read = await this.#bucket.get(`${this.#prefix}${id}`, { fresh: true });
      if (read === undefined) return { kind: 'absent' };
      this.view.take({ id, rev: read.rev, value: read.value });
      return { kind: 'found', value: read.value, rev: read.rev };
    } catch (error) {
      return unreadable(error);
    }
  }

  async revise(id: string, change: (now: T | undefined, rev: number) => T | 'skip' | 'remove'): Promise<Writing<T>> {
    try {
      const done = await this.#bucket.update<T | 'skip' | 'remove'>(`${this.#prefix}${id}`, change, { tries: TRIES });
      const { value, rev } = done;
      if ('outcome' in done && done.outcome === 'skipped') return { kind: 'skipped', rev };
      this.view.take({ id, rev, value });
      return value === undefined ? { kind: 'removed', rev } : { kind: 'written', value, rev };
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') return { kind: 'contended', tries: TRIES };
      return unreadable(error);
    }
  }
}
