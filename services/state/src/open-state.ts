import { type AgentRecord, organism, type state } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import type { Host, Log, Missing, Running } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import { BucketBeliefs } from './adapters/bucket-beliefs.ts';
import { BucketRecords } from './adapters/bucket-records.ts';
import { BucketVectors } from './adapters/bucket-vectors.ts';
import {
  agentBucket,
  FACT_PREFIX,
  factBucket,
  modeBucket,
  ORGAN_PREFIX,
  organBucket,
  stateAssets,
} from './adapters/buckets.ts';
import { markUnreadable, type Pictured } from './adapters/flawed-pictures.ts';
import { FollowedBucket } from './adapters/follow-bucket.ts';
import { quarantineStream } from './adapters/journal-quarantine.ts';
import { meshAnnouncements } from './adapters/mesh-announcements.ts';
import { MeshCensus } from './adapters/mesh-census.ts';
import { FactShelf } from './domain/fact-shelf.ts';
import { HeartbeatTable } from './domain/heartbeat-table.ts';
import type { MemoryLimits } from './domain/memory/memory-worth.ts';
import { RecordView } from './domain/record-view.ts';
import type { OrganNote } from './domain/snapshot-source.ts';
import { LAGGING_MS } from './domain/watch-lag.ts';
import { openBackups } from './open-backups.ts';
import { openEmbedding } from './open-embedding.ts';
import { openFigures } from './open-figures.ts';
import { type MemoryViews, memoryAssets, memoryPictures, memoryViews, openMemory } from './open-memory.ts';
import { openQuarantine } from './open-quarantine.ts';
import { openWorkingMemory } from './open-working-memory.ts';
import type { Ports } from './ports.ts';
import { stateService } from './service.ts';
import { ChangedFields } from './work/changed-fields.ts';
import { takeHeartbeats } from './work/take-heartbeats.ts';

const REJECTED_BEATS = {
  name: 'seedcore_state_rejected_beats',
  help: 'Heartbeats from the future, or of more agents than are remembered.',
};

/** Most agents and organs whose records are held in memory; further ones are read from the bucket, and listed as missing. */
export const MOST_AGENTS = 20_000;
const MOST_ORGANS = 1000;
/** Reads of items at the same time; whoever waits for another to make a value is one of them. */
const MOST_GETS = 512;

/** What is configured. */
export type StateConfig = {
  /** Length every h must have. */
  readonly vectorDim: number;
  /** How many memories are kept; the usual number when left out. */
  readonly memoryLimits?: MemoryLimits;
  /** True while the process holds nearly as much as it may: it then remembers less, makes nothing more searchable, and says so. */
  readonly isShortOfMemory?: () => boolean;
};

/** Opens the store, given who hears of records a watch could not read. */
export type OpenStore = (report: (where: string, error: unknown) => void) => Store;

/** Builds the service: buckets provisioned and followed, heartbeats heard, services asked for. */
export async function openState(
  { mesh, log, clock, metrics }: Pick<Host<unknown>, 'mesh' | 'log' | 'clock' | 'metrics'>,
  open: OpenStore,
  { vectorDim, memoryLimits, isShortOfMemory = () => false }: StateConfig,
): Promise<Running<typeof state>> {
  const views: Views = {
    agents: new RecordView(MOST_AGENTS),
    facts: new FactShelf(() => !isShortOfMemory()),
    organs: new RecordView(MOST_ORGANS),
    memory: memoryViews({ index: { admits: () => !isShortOfMemory() } }),
  };
  const report = reporter(log);
  const store = open(report);
  const pictures = picturesOf(views);
  store.onFlaw((flaw) => markUnreadable(flaw, pictures));
  await store.provision([...stateAssets, ...memoryAssets, quarantineStream]);
  const announcements = meshAnnouncements(mesh);
  const quarantine = openQuarantine(store, { clock, log, announcements, report });
  const working = await openWorkingMemory(store, {
    ...{ instance: mesh.instance, log, metrics, report },
    isShort: isShortOfMemory,
  });
  const census = new MeshCensus(mesh, modeBucket(store));
  const mode = () => census.read().mode?.value;
  const backups = await openBackups({ mesh, store, clock, mode, report });
  const agents = new BucketRecords(agentBucket(store), '', views.agents);
  const facts = new BucketRecords(
    factBucket(store, () => clock.wallMs()),
    FACT_PREFIX,
    views.facts,
  );
  const organs = new FollowedBucket(organBucket(store), ORGAN_PREFIX, views.organs);
  const memory = openMemory(store, { clock, log, announcements, limits: memoryLimits }, views.memory);
  const embedding = openEmbedding(store, { mesh, metrics }, [
    new BucketVectors(store, FACT_PREFIX, { things: facts, book: views.facts.vectors }),
    ...memory.kinds,
  ]);
  const ownLags = () => ({
    ...{ agents: agents.fill().lagMs, facts: facts.fill().lagMs, items: working.lagMs() },
    ...{ memories: memory.ports.memories.fill().lagMs, episodes: memory.ports.episodes.fill().lagMs },
  });
  const lagsMs = () => ({ ...ownLags(), organs: organs.fill().lagMs });
  const ports: Ports = {
    ...{ clock, agents, facts, organs, vectorDim, embedder: embedding.embedder },
    beliefs: new BucketBeliefs(store),
    beats: new HeartbeatTable(),
    census: () => census.read(),
    backups: backups.ports,
    ...{ announcements, memory: memory.ports },
    figures: openFigures(store, { mesh, quarantine, working, lagsMs }),
  };
  const changed = new ChangedFields(ports, (agent_id, why) =>
    log.warn({ agent_id, why }, 'changed fields not written'),
  );
  const heartbeats = mesh.subscribe(organism, 'heartbeat', (heard) => takeHeartbeats(ports, changed, heard));
  metrics.gauge(REJECTED_BEATS, (set) => set({}, ports.beats.rejected));
  census.start();
  const startedMs = clock.wallMs();
  return {
    implementation: stateService({ ...ports, workingMemory: working.memory }),
    // Most of them wait for others.
    limits: { get_item: { fixed: MOST_GETS } },
    degradedBy: () => [
      ...degradedBy(Object.values(ownLags())),
      ...embedding.degradedBy(),
      ...(isShortOfMemory() ? ['memory_pressure'] : []),
    ],
    missing: () => [...(Number.isFinite(organs.fill().lagMs) ? [] : [organsMissing(startedMs)]), ...working.missing()],
    async drain(graceMs) {
      census.stop();
      await backups.drain(graceMs);
      await embedding.stop();
      await heartbeats.drain();
      await changed.stop();
      await quarantine.stop();
      await memory.stop();
      await working.stop();
      await store.close();
    },
  };
}

type Views = {
  readonly agents: RecordView<AgentRecord>;
  readonly facts: FactShelf;
  readonly organs: RecordView<OrganNote>;
  readonly memory: MemoryViews;
};

/** Logs what the store could not do where nobody waited. */
function reporter(log: Log): (where: string, error: unknown) => void {
  return (where, err) => {
    // What another service has not made yet is missing, which health says; it is no trouble.
    const isEarly = err instanceof MeshError && err.code === 'unavailable';
    if (isEarly) log.info({ err: err.message, where }, 'store');
    else log.warn({ err, where }, 'store');
  };
}

/** The pictures that name records nobody can read. */
const picturesOf = ({ agents, facts, organs, memory }: Views): readonly Pictured[] => [
  { bucket: 'agents', prefix: '', view: agents },
  { bucket: 'memory', prefix: FACT_PREFIX, view: facts },
  { bucket: 'organs', prefix: ORGAN_PREFIX, view: organs },
  ...memoryPictures(memory),
];

const organsMissing = (sinceMs: number): Missing => ({
  name: 'organs',
  since: new Date(sinceMs).toISOString(),
  detail: 'organism has not registered any yet, or they have not been read in full',
});

/** `warming` until every record has been read once, `watch_lag` while the broker is silent. */
function degradedBy(lags: readonly number[]): string[] {
  const lag = Math.max(...lags);
  if (lag === Number.POSITIVE_INFINITY) return ['warming'];
  return lag > LAGGING_MS ? ['watch_lag'] : [];
}
