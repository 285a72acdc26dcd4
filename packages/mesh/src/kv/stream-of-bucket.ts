import type { KvSpec } from './kv.ts';

const NANOS_PER_MS = 1_000_000;
/** Largest value, in bytes: what is kept here is small. */
const MAX_VALUE_BYTES = 65_536;
/** A watch is a consumer, and a broker allows a thousand of them where nothing is said. */
const MAX_WATCHES = 10_000;

/** Settings of the stream a bucket is made of, as the broker's API takes them. */
export function streamOfBucket({ doc, storage, history, maxAgeMs }: KvSpec, bucket: string, replicas: number) {
  return {
    name: `KV_${bucket}`,
    description: doc,
    subjects: [`$KV.${bucket}.>`],
    retention: 'limits',
    storage,
    num_replicas: replicas,
    max_msgs_per_subject: history,
    max_age: maxAgeMs * NANOS_PER_MS,
    max_msg_size: MAX_VALUE_BYTES,
    max_consumers: MAX_WATCHES,
    discard: 'new',
    allow_direct: true,
    allow_rollup_hdrs: true,
    deny_delete: true,
  };
}
