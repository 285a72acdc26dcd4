import type { CommitChange } from '../bucket.ts';
import { StoreError } from '../store-error.ts';
import { checkKey } from './key.ts';

const MOST_CHANGES = 100;

/** @throws StoreError `invalid_key`, or `invalid_value` for no changes, too many, or two of one key */
export function checkCommit(bucket: string, changes: readonly CommitChange<object>[]): void {
  if (changes.length === 0 || changes.length > MOST_CHANGES)
    throw new StoreError('invalid_value', bucket, `a commit has 1 to ${MOST_CHANGES} changes, not ${changes.length}`);
  const keys = new Set<string>();
  for (const { key } of changes) {
    checkKey(bucket, key);
    if (keys.has(key)) throw new StoreError('invalid_value', `${bucket} ${key}`, 'a commit changes a key once');
    keys.add(key);
  }
}
