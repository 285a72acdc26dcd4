import { isToken, MeshError, type Subjects } from '@seedcore/protocol';
import type { KvSpec } from './kv.ts';

/** Where the values of a bucket live on the bus. */
export type BucketNames = {
  readonly bucket: string;
  readonly stream: string;
  /** Subject filter of every key. */
  readonly subjects: string;
  /** Subject of a key; a key is one or more tokens with dots between. @throws MeshError `bad_request` */
  subject(key: string): string;
  /** The key of a subject. */
  key(subject: string): string;
};

/** Most tokens of one key. */
const MAX_TOKENS = 8;

/** The names of one bucket. */
export function bucketNames(subjects: Subjects, spec: KvSpec): BucketNames {
  const bucket = subjects.bucket(spec.name);
  const prefix = `$KV.${bucket}.`;
  return {
    bucket,
    stream: `KV_${bucket}`,
    subjects: `${prefix}>`,
    subject: (key) => prefix + checkedKey(bucket, key),
    key: (subject) => subject.slice(prefix.length),
  };
}

/** A wildcard in a key would delete or read everything it covers. */
function checkedKey(bucket: string, key: string): string {
  const tokens = key.split('.');
  if (tokens.length <= MAX_TOKENS && tokens.every(isToken)) return key;
  const message = `key: "${key.slice(0, 64)}" is not 1 to ${MAX_TOKENS} tokens of A-Z a-z 0-9 _ - with dots between`;
  throw new MeshError('bad_request', { target: bucket, message, details: { field: 'key' }, sent: false });
}
