import { StoreError } from '@seedcore/store';
import type { RecordView } from '../domain/record-view.ts';

/** A part of a bucket and the picture that should name its unreadable records. */
export type Pictured = {
  readonly bucket: string;
  readonly prefix: string;
  readonly view: Pick<RecordView<never>, 'unreadable'>;
};

/** Marks the record a watch could not read as missing from its picture; other reports concern nobody here. */
export function noteCorrupt(error: unknown, ns: string, pictures: readonly Pictured[]): void {
  if (!(error instanceof StoreError) || error.code !== 'corrupt_record') return;
  for (const { bucket, prefix, view } of pictures) {
    const place = `$KV.${ns}_${bucket}.${prefix}`;
    if (error.target.startsWith(place)) view.unreadable(error.target.slice(place.length), 'corrupt record');
  }
}
