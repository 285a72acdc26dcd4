import type { Flaw } from '@seedcore/store';
import type { RecordView } from '../domain/record-view.ts';

/** A part of a bucket and the picture that should name its unreadable records. */
export type Pictured = {
  readonly bucket: string;
  readonly prefix: string;
  readonly view: Pick<RecordView<never>, 'unreadable'>;
};

/** Marks a record that cannot be read as missing from its picture; other flaws concern nobody here. */
export function markUnreadable({ bucket, key, rev, kind, readable }: Flaw, pictures: readonly Pictured[]): void {
  if (readable) return;
  const why = kind === 'corrupt_record' ? 'corrupt record' : 'of a newer program, and not readable here';
  for (const { prefix, view } of pictures.filter((one) => one.bucket === bucket))
    if (key.startsWith(prefix)) view.unreadable(key.slice(prefix.length), why, rev);
}
