import { bucketAsset, openRaw, type Store } from '@seedcore/store';
import type { Scratch } from '../../backup-ports.ts';

/** Should it be left behind after all, what it holds goes by itself. */
const scratchAsset = bucketAsset('scratch', 'Where backups are restored on trial.', { maxAgeMs: 86_400_000 });

/** The bucket `<ns>_scratch`: one, because one restore is under way at a time, so that the next finds what the last left. */
export function scratchBucket(store: Store): Scratch {
  const { broker } = store;
  return {
    async open() {
      await broker.drop(scratchAsset);
      await broker.provision(scratchAsset);
      const raw = openRaw(store, scratchAsset.name, { expiring: false });
      return {
        lastSeq: () => raw.lastSeq(),
        keys: () => raw.keys(['>']),
        newest: (keys) => raw.newest(keys),
        write: (changes) => raw.write(changes),
      };
    },
    drop: () => broker.drop(scratchAsset),
  };
}
