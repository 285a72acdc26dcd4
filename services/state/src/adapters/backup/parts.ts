import {
  agentRecord,
  type BackupGroup,
  backupGroup,
  beliefRecord,
  beliefRequest,
  memoryItem,
  modeRecord,
  organRecord,
  routingRules,
} from '@seedcore/contracts';
import { type BucketSpec, judgeRecord, leasesAsset, openRaw, type Store } from '@seedcore/store';
import { scheduleRecord } from '@seedcore/tasks';
import { z } from 'zod';
import type { Part } from '../../backup-ports.ts';
import { factSpec } from '../buckets.ts';
import { unreadable } from '../unreadable.ts';

/** What belongs to a group: the keys of a bucket that meet a filter of NATS. Leases and what counts are in none. */
type Kept = {
  readonly bucket: string;
  readonly filters: readonly string[];
  readonly expiring: boolean;
  readonly schema: z.ZodType<object>;
  /** 1 */
  readonly version?: number;
  readonly upgrade?: Readonly<Record<number, (old: unknown) => unknown>>;
  /** The lease under which its keys are written. */
  readonly lease?: string;
};

/** Every group there is today; one more line backs up one more kind of record. */
const groups: Readonly<Record<BackupGroup, Kept>> = {
  agents: { bucket: 'agents', filters: ['>'], expiring: false, schema: agentRecord },
  beliefs: { bucket: 'beliefs', filters: ['>'], expiring: true, schema: z.union([beliefRecord, beliefRequest]) },
  energy: {
    ...{ bucket: 'energy', filters: ['mode'], expiring: true, schema: modeRecord },
    lease: 'energy_loop_mode',
  },
  facts: { ...factSpec, bucket: 'memory', filters: ['f.>'], expiring: true },
  // Not vectors of texts, which are made anew, nor items and counts: they are working memory.
  memory: { bucket: 'memory', filters: ['m.>', 'fb.>'], expiring: true, schema: memoryItem },
  // Not agent.*: who holds which agent is a lease.
  organs: { bucket: 'organs', filters: ['organ.>'], expiring: false, schema: organRecord },
  // Not routing_epoch: it is made of the rules and of who is there, and its revision is an epoch.
  rules: { bucket: 'rules', filters: ['routing'], expiring: false, schema: routingRules },
  standing: { bucket: 'tasks', filters: ['c.>'], expiring: true, schema: scheduleRecord },
};

/** The groups in the buckets of a store. */
export const openParts = (store: Store): ReadonlyMap<BackupGroup, Part> =>
  new Map(Object.entries(groups).map(([group, kept]) => [groupName(group), partOf(store, groupName(group), kept)]));

const groupName = (name: string): BackupGroup => backupGroup.parse(name);

function partOf(store: Store, group: BackupGroup, kept: Kept): Part {
  const { bucket, filters, expiring, schema, version = 1, upgrade = {}, lease } = kept;
  const spec: BucketSpec<object> = { name: bucket, schema, version, upgrade };
  const raw = openRaw(store, bucket, { expiring });
  const records = store.bucket(spec);
  const leases = openRaw(store, leasesAsset.name, { expiring: true });
  return {
    ...{ group, bucket },
    lastSeq: () => raw.lastSeq(),
    keys: () => raw.keys(filters),
    newest: (keys) => raw.newest(keys),
    write: (changes) => raw.write(changes),
    judge: (record) => judgeRecord(spec, record),
    isLeased: async () => lease !== undefined && (await leases.newest([lease])).length > 0,
    raise: async (key, epoch) => {
      try {
        await records.update(key, (now) => (now === undefined || epochIn(now) >= epoch ? 'skip' : { ...now, epoch }));
      } catch (error) {
        unreadable(error); // others have written it since, and it is theirs
      }
    },
  };
}

/** What names no epoch is fenced by none. */
function epochIn(value: object): number {
  const epoch: unknown = Reflect.get(value, 'epoch');
  return typeof epoch === 'number' ? epoch : Number.POSITIVE_INFINITY;
}
