import type { BackupGroup } from '@seedcore/contracts';
import type { Store } from '@seedcore/store';
import { AT_WORK, holderBucket } from './bucket-notes.ts';

/** Without a renewal nothing is held any longer, whatever this replica does not hear, in ms. */
const BELIEVED_MS = 120_000;

/** Groups a restore holds, as this replica has heard; a write that slips by changes a revision, and the restore leaves it alone. */
export function heldGroups(store: Store): { held(): readonly BackupGroup[]; stop(): void } {
  const { clock } = store.broker;
  let known: readonly BackupGroup[] = [];
  let heardAt = 0;
  const watch = holderBucket(store).watch(AT_WORK, ({ key, value }) => {
    if (key !== AT_WORK) return;
    known = value?.held ?? [];
    heardAt = clock.now();
  });
  return {
    held: () => (clock.now() - heardAt < BELIEVED_MS ? known : []),
    stop: () => watch.stop(),
  };
}
