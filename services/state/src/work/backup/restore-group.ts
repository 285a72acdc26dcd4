import type { BackupDesk, ByteChange, Part, Run } from '../../backup-ports.ts';
import { joined, type Pair } from '../../domain/backup/joined.ts';
import { epochOf, type KeptRecord, leftToLiveMs } from '../../domain/backup/kept-record.ts';
import type { KeptGroup, Manifest } from '../../domain/backup/manifest.ts';
import { type PlannedChange, plannedChange } from '../../domain/backup/planned-change.ts';
import { type RestoreRecord, skipping } from '../../domain/backup/restore-record.ts';
import { InFlight } from './in-flight.ts';
import { recordsOf } from './read-backup.ts';

/** Keys read back at once. */
const LOOK = 1000;
/** Epochs raised at the same time. */
const AT_ONCE = 16;
/** Batches of writes under way at once: while the broker syncs one, the next are read and sent. */
const BATCHES = 4;

/** A restore on its way through one group. `live` is what the safety backup has of it: what was seen before the first write. */
export type GroupWork = {
  readonly desk: BackupDesk;
  readonly part: Part;
  readonly kept: KeptGroup;
  readonly live: KeptGroup | undefined;
  readonly run: Run;
  /** Writes down how far it has come, and says that it goes on. */
  readonly save: (record: RestoreRecord) => Promise<RestoreRecord>;
};

/** The group `name` of both backups, to be restored. */
export const groupOf = (table: Manifest, group: string): KeptGroup | undefined =>
  table.groups.find((one) => one.group === group);

type Wish = Pair & { readonly plan: PlannedChange; readonly why?: string };

/** Writes what is to be written, over the revisions that were seen, from the cursor on. */
export async function writeGroup(work: GroupWork, begun: RestoreRecord): Promise<RestoreRecord> {
  const { pace } = work.desk;
  let record = begun;
  let batch: { readonly change: ByteChange; readonly kind: 'write' | 'remove' }[] = [];
  const flight = new InFlight(BATCHES);
  const flush = async () => {
    const done = batch;
    batch = [];
    if (done.length === 0) return;
    await work.run.beat(record.groups);
    await flight.begin(async () => {
      const made = await work.part.write(done.map(({ change }) => change));
      const count = (kind: 'write' | 'remove') => done.filter((one, i) => one.kind === kind && made[i]).length;
      record = { ...record, written: record.written + count('write'), deleted: record.deleted + count('remove') };
    });
  };
  let seen = 0;
  try {
    for await (const wish of wishes(work, record)) {
      record = noted(work.part, record, wish);
      const change = changeOf(work, wish);
      if (change !== undefined) batch.push(change);
      if (batch.length === pace.batch) await flush();
      if (++seen % pace.save !== 0) continue;
      await flush();
      await flight.settled();
      record = await work.save({ ...record, cursor: wish.key });
    }
    await flush();
  } finally {
    await flight.settled();
  }
  return record;
}

/** Reads back what was to be written: what is not as the backup has it was changed by somebody else since. */
export async function verifyGroup(work: GroupWork, begun: RestoreRecord): Promise<RestoreRecord> {
  let record = begun;
  let wanted: Wish[] = [];
  const compare = async () => {
    const asked = wanted;
    wanted = [];
    await work.run.beat(record.groups);
    const found = new Map((await work.part.newest(asked.map(({ key }) => key))).map((one) => [one.key, one]));
    for (const { key, kept, plan } of asked) {
      const now = found.get(key);
      const isAsWished =
        plan.kind === 'remove' ? now === undefined : now !== undefined && kept !== undefined && same(now, kept);
      if (!isAsWished) record = { ...skipping(record, placeOf(work.part, key), 'changed_since'), matches: false };
    }
  };
  for await (const wish of wishes(work, record)) {
    if (wish.plan.kind !== 'keep' && wish.plan.kind !== 'none') wanted.push(wish);
    if (wanted.length === LOOK) await compare();
  }
  if (wanted.length > 0) await compare();
  return record;
}

/** Puts larger epochs back that the live records had, so that a writer from before stays fenced. */
export async function raiseGroup(work: GroupWork, record: RestoreRecord): Promise<void> {
  let raised: Promise<void>[] = [];
  for await (const { key, kept, live, plan } of wishes(work, record)) {
    if (plan.kind !== 'write' || kept === undefined || live === undefined) continue;
    const epoch = epochOf(live);
    if (epoch > epochOf(kept)) raised.push(work.part.raise(key, epoch));
    if (raised.length < AT_ONCE) continue;
    await work.run.beat(record.groups);
    await Promise.all(raised);
    raised = [];
  }
  await Promise.all(raised);
}

/** What is to become of each key behind the cursor. */
async function* wishes(work: GroupWork, { mode, cursor }: RestoreRecord): AsyncGenerator<Wish, void> {
  const { desk, part, kept, live } = work;
  const none: KeptGroup = { ...kept, objects: [] };
  const pairs = joined(recordsOf(desk.shelf, kept, cursor), recordsOf(desk.shelf, live ?? none, cursor));
  for await (const pair of pairs) {
    const why = await whyLeftAlone(part, pair);
    if (why !== undefined) yield { ...pair, plan: { kind: 'none' }, why };
    else {
      const current = { ...pair, kept: pair.kept && isOver(desk, pair.kept) ? undefined : pair.kept };
      yield { ...current, plan: plannedChange(mode === 'merge' ? 'merge' : 'replace', current.kept, current.live) };
    }
  }
}

/** What a newer program wrote is not written over, nor put back where only this one reads it. */
async function whyLeftAlone(part: Part, { key, kept, live }: Pair): Promise<string | undefined> {
  if (await part.isLeased(key)) return 'live_lease';
  if (live !== undefined && part.judge(live) === 'newer_schema') return 'newer_schema';
  const verdict = kept === undefined ? 'readable' : part.judge(kept);
  return verdict === 'readable' ? undefined : verdict;
}

const isOver = ({ clock }: BackupDesk, record: KeptRecord): boolean => leftToLiveMs(record, clock.wallMs()) === 0;

function noted(part: Part, record: RestoreRecord, { key, plan, why }: Wish): RestoreRecord {
  if (why !== undefined) return skipping(record, placeOf(part, key), why);
  return plan.kind === 'keep' ? { ...record, kept: record.kept + 1 } : record;
}

function changeOf({ desk }: GroupWork, { key, kept, plan }: Wish) {
  if (plan.kind === 'remove') return { kind: plan.kind, change: { key, expect: plan.over } };
  if (plan.kind !== 'write' || kept === undefined) return undefined;
  const ttlMs = leftToLiveMs(kept, desk.clock.wallMs());
  return { kind: plan.kind, change: { key, expect: plan.over, body: kept.body, ttlMs } };
}

const same = (a: KeptRecord, b: KeptRecord): boolean => Buffer.compare(a.body, b.body) === 0;

/** A key as people are told of it. */
const placeOf = ({ bucket }: Part, key: string): string => `${bucket}/${key}`;
