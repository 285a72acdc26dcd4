import { type Subjects, subjects } from '@seedcore/protocol';
import { type Broker, openRaw, PATIENCE_MS, patiently, type Store, streamAsset } from '@seedcore/store';
import type { Flawed } from '../domain/flaw-book.ts';
import type { CorruptRecord, QuarantineShelf } from '../quarantine-ports.ts';

const DAY_MS = 86_400_000;
/** Header of a copy: the key of the record it was made of. */
const KEY = 'Sc-Key';

/** Copies of records that nobody can read. */
export const quarantineStream = streamAsset('QUARANTINE', 'Bytes of corrupt records, by bucket and revision.', {
  subjects: ['log.quarantine.>'],
  maxAgeMs: 30 * DAY_MS,
  perSubject: 1,
  maxMessageBytes: 1_048_576,
  maxBytes: 67_108_864,
});

/** Copies as `<ns>.log.quarantine.<bucket>.<revision>`: a revision is of one write, so whoever comes first copies it. */
export class JournalQuarantine implements QuarantineShelf {
  readonly #store: Store;
  readonly #broker: Broker;
  readonly #subjects: Subjects;

  constructor(store: Store) {
    this.#store = store;
    this.#broker = store.broker;
    this.#subjects = subjects(store.broker.ns);
  }

  async keep({ bucket, key, rev, body }: CorruptRecord): Promise<boolean> {
    const subject = this.#subjects.quarantined(bucket, rev);
    const endsAt = this.#broker.clock.now() + PATIENCE_MS;
    const written = await patiently(this.#broker, { endsAt, repeatable: true, waitForRoom: false }, () =>
      this.#broker.write(subject, body, { expect: 0, headers: [[KEY, key]] }),
    );
    return written.ok;
  }

  async changed(records: readonly Flawed[]): Promise<readonly Flawed[]> {
    const changed: Flawed[] = [];
    for (const [bucket, of] of Map.groupBy(records, (one) => one.bucket)) {
      const newest = await openRaw(this.#store, bucket, { expiring: false }).newest(of.map(({ key }) => key));
      const revs = new Map(newest.map(({ key, rev }) => [key, rev]));
      // A copy of the bucket that lags shows an older revision: that is no change.
      changed.push(...of.filter(({ key, rev }) => (revs.get(key) ?? Number.POSITIVE_INFINITY) > rev));
    }
    return changed;
  }
}
