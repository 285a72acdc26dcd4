import { DiscardPolicy, RetentionPolicy, StorageType, type StreamConfig } from '@nats-io/jetstream';
import { nanos } from '@nats-io/transport-node';
import { subjects } from '@seedcore/protocol';
import type { Asset, BucketAsset, ObjectsAsset, StreamAsset } from '../asset.ts';

/** How long the marker stays that tells watchers of an expired key, in ms. */
const MARKER_MS = 2000;

/** The settings of a stream that we decide; the broker fills in the rest. */
export type WantedConfig = Partial<StreamConfig> & { readonly name: string };

/** The stream an asset is made of. */
export function streamConfig(asset: Asset, where: { readonly ns: string; readonly replicas: 1 | 3 }): WantedConfig {
  const shared = {
    description: asset.doc,
    retention: RetentionPolicy.Limits,
    storage: asset.storage === 'file' ? StorageType.File : StorageType.Memory,
    num_replicas: where.replicas,
    max_age: nanos(asset.maxAgeMs),
    allow_direct: true,
  };
  if (asset.kind === 'objects') return { ...shared, ...objectsConfig(asset, where.ns) };
  return { ...shared, ...(asset.kind === 'bucket' ? bucketConfig(asset, where.ns) : plainConfig(asset, where.ns)) };
}

function objectsConfig(asset: ObjectsAsset, ns: string): WantedConfig {
  const bucket = subjects(ns).bucket(asset.name);
  return {
    name: `OBJ_${bucket}`,
    subjects: [`$O.${bucket}.C.>`, `$O.${bucket}.M.>`],
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    allow_atomic: true,
    allow_msg_ttl: true,
  };
}

function bucketConfig(asset: BucketAsset, ns: string): WantedConfig {
  const bucket = subjects(ns).bucket(asset.name);
  return {
    name: `KV_${bucket}`,
    subjects: [`$KV.${bucket}.>`],
    max_msgs_per_subject: asset.history,
    discard: DiscardPolicy.New,
    allow_rollup_hdrs: true,
    allow_atomic: true,
    deny_delete: true,
    max_consumers: asset.maxConsumers,
    ...(asset.expiringKeys ? { allow_msg_ttl: true, subject_delete_marker_ttl: nanos(MARKER_MS) } : {}),
  };
}

function plainConfig(asset: StreamAsset, ns: string): WantedConfig {
  const { republish } = asset;
  return {
    name: subjects(ns).stream(asset.name),
    subjects: asset.subjects.map((subject) => `${ns}.${subject}`),
    max_msgs_per_subject: asset.perSubject === 0 ? -1 : asset.perSubject,
    max_msg_size: asset.maxMessageBytes,
    ...(asset.maxBytes === undefined
      ? { discard: DiscardPolicy.Old }
      : { discard: asset.forgets ? DiscardPolicy.Old : DiscardPolicy.New, max_bytes: asset.maxBytes }),
    duplicate_window: nanos(asset.duplicateWindowMs),
    ...(asset.timers ? { allow_msg_schedules: true } : {}),
    ...(asset.together ? { allow_atomic: true } : {}),
    ...(asset.counters ? { allow_msg_counter: true } : {}),
    ...(republish ? { republish: { src: `${ns}.${republish.from}`, dest: `${ns}.${republish.to}` } } : {}),
  };
}
