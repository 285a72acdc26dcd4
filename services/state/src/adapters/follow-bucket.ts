import type { Bucket, Watch } from '@seedcore/store';
import type { RecordView } from '../domain/record-view.ts';
import type { Bucketful } from '../domain/snapshot-source.ts';
import type { Followed } from '../ports.ts';

/** A part of a bucket that this replica follows: the keys that begin with `prefix`, under the rest of the key as id. */
export class FollowedBucket<T extends object, V extends RecordView<T>> implements Followed<T, V> {
  readonly view: V;
  readonly #watch: Watch;
  #isFull = false;

  constructor(bucket: Bucket<T>, prefix: string, view: V) {
    this.view = view;
    this.#watch = bucket.watch(prefix, ({ key, rev, value }) =>
      view.take({ id: key.slice(prefix.length), rev, value }),
    );
    void this.#watch.ready.then(() => {
      this.#isFull = true;
    });
  }

  fill(): Bucketful {
    const lagMs = this.#isFull ? Math.round(this.#watch.lagMs()) : Number.POSITIVE_INFINITY;
    return { version: this.view.version, lagMs, withheld: this.view.withheld };
  }

  stop(): void {
    this.#watch.stop();
  }
}
