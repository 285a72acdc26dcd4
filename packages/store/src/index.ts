/** Typed records on JetStream that many processes may change at once, leases with epochs, and provisioning. */
export {
  type Asset,
  type AssetChange,
  type BucketAsset,
  bucketAsset,
  type ObjectsAsset,
  objectsAsset,
  type StreamAsset,
  streamAsset,
} from './asset.ts';
export {
  BALLAST_BYTES,
  type BallastState,
  ballastBytes,
  ballastStream,
  fillBallast,
  freeBallast,
  readBallast,
} from './ballast/ballast.ts';
export type {
  Broker,
  Follower,
  Following,
  Message,
  Stop,
  StorageUse,
  Stored,
  StoredWhole,
  StreamUse,
  WriteOptions,
  Written,
  WrittenTogether,
} from './broker/broker.ts';
export type { ConsumerSpec, ConsumerState, Delivery, Puller } from './broker/delivery.ts';
export { PATIENCE_MS, patiently } from './broker/patiently.ts';
export type {
  Bucket,
  Change,
  CommitChange,
  KeyChange,
  KeyWatch,
  Page,
  PutOptions,
  Read,
  Rev,
  Revision,
  Updated,
  UpdatedBy,
  UpdateOptions,
  Watch,
} from './bucket.ts';
export type { Counter, CounterOptions } from './counter/counter.ts';
export { countersStream } from './counter/counters-stream.ts';
export { deadLettersStream } from './dead-letters.ts';
export { eventAssets, ledgerStream } from './events/event-streams.ts';
export { type Events, type EventsOptions, openEvents } from './events/open-events.ts';
export type { Candidacy, Lease } from './lease.ts';
export type { StoreMesh } from './nats/store-mesh.ts';
export { type KeptObject, MAX_OBJECT_BYTES, type Objects } from './objects/objects.ts';
export { leasesAsset, openStore, type StoreOptions } from './open-store.ts';
export { openPresence } from './presence/open-presence.ts';
export {
  type Here,
  type HereChange,
  hereAsset,
  type Joined,
  type Presence,
  type PresenceSpec,
} from './presence/presence.ts';
export type { RateLimit, RateOptions, Taken } from './rate/rate-limit.ts';
export { judgeRecord, type RecordVerdict } from './raw/judge-record.ts';
export { openRaw, type RawBucket, type RawChange, type RawRecord } from './raw/raw-bucket.ts';
export type { Flaw, FlawKind, OnFlaw } from './record/flaw.ts';
export { KeyQueue } from './record/key-queue.ts';
export { type KeptReply, openReplies, type Replies, type ReplyClaim, repliesAsset } from './replies.ts';
export { isStorageFull, storageFull } from './storage-full.ts';
export type { BucketSpec, Store } from './store.ts';
export { StoreError, type StoreErrorCode, storeErrors } from './store-error.ts';
