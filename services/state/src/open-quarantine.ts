import type { Clock } from '@seedcore/protocol';
import type { Log } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import { backupsAsset } from './adapters/backup/bucket-notes.ts';
import { stateAssets } from './adapters/buckets.ts';
import { JournalQuarantine } from './adapters/journal-quarantine.ts';
import type { Announcements } from './ports.ts';
import { Quarantine } from './work/quarantine.ts';

/** Buckets whose records are state's own; those of others are theirs to look after. */
const OWN: ReadonlySet<string> = new Set([...stateAssets, backupsAsset].map(({ name }) => name));

/** Whose quarantine it is, and who hears of it. */
export type QuarantineParts = {
  readonly clock: Clock;
  readonly log: Log;
  readonly announcements: Pick<Announcements, 'recordCorrupt'>;
  readonly report: (where: string, error: unknown) => void;
};

/** Listens for flawed records of state from now on: everything that is read or followed later is looked at. */
export function openQuarantine(store: Store, { clock, log, announcements, report }: QuarantineParts): Quarantine {
  const quarantine = new Quarantine({
    ...{ clock, report, shelf: new JournalQuarantine(store) },
    onCorrupt: ({ bucket, key, rev: revision }) => {
      log.warn({ bucket, key, revision }, 'corrupt record, copied to quarantine');
      announcements.recordCorrupt({ bucket, key, revision });
    },
  });
  store.onFlaw((flaw) => {
    if (OWN.has(flaw.bucket)) quarantine.note(flaw);
  });
  return quarantine;
}
