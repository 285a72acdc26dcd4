import { type FlawKind, storedVersion } from '../record/flaw.ts';
import { RecordCodec } from '../record/record-codec.ts';
import type { BucketSpec } from '../store.ts';
import { StoreError } from '../store-error.ts';
import type { RawRecord } from './raw-bucket.ts';

/** What a program of today makes of stored bytes. */
export type RecordVerdict = 'readable' | FlawKind;

/** Holds the bytes of a record against the schema that its bucket has today; `newer_schema` whether today's accepts it or not. */
export function judgeRecord<T extends object>(spec: BucketSpec<T>, { key, rev, at, body }: RawRecord): RecordVerdict {
  const stored = { subject: key, seq: rev, at, body, header: () => undefined };
  try {
    const { version } = new RecordCodec(spec).decode(stored, `${spec.name} ${key}`);
    return version > spec.version ? 'newer_schema' : 'readable';
  } catch (error) {
    if (!(error instanceof StoreError) || error.code !== 'corrupt_record') throw error;
    return storedVersion(body) > spec.version ? 'newer_schema' : 'corrupt_record';
  }
}
