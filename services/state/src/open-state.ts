import { type AgentRecord, organism, type state } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import type { Host, Log, Missing, Running } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import { BucketBeliefs } from './adapters/bucket-beliefs.ts';
import { BucketRecords } from './adapters/bucket-records.ts';
import {
  agentBucket,
  FACT_PREFIX,
  factBucket,
  modeBucket,
  ORGAN_PREFIX,
  organBucket,
  stateAssets,
} from './adapters/buckets.ts';
import { noteCorrupt } from './adapters/corrupt-reports.ts';
import { FollowedBucket } from './adapters/follow-bucket.ts';
import { meshAnnouncements } from './adapters/mesh-announcements.ts';
import { MeshCensus } from './adapters/mesh-census.ts';
import { FactShelf } from './domain/fact-shelf.ts';
import { HeartbeatTable } from './domain/heartbeat-table.ts';
import { RecordView } from './domain/record-view.ts';
import type { OrganNote } from './domain/snapshot-source.ts';
import { LAGGING_MS } from './domain/watch-lag.ts';
import type { Ports } from './ports.ts';
import { stateService } from './service.ts';
import { ChangedFields } from './work/changed-fields.ts';
import { takeHeartbeats } from './work/take-heartbeats.ts';

const REJECTED_BEATS = {
  name: 'seedcore_state_rejected_beats',
  help: 'Heartbeats from the future, or of more agents than are remembered.',
};

/** Most agents and organs whose records are held in memory; further ones are read from the bucket, and listed as missing. */
const MOST_AGENTS = 20_000;
const MOST_ORGANS = 1000;

/** What is configured. */
export type StateConfig = {
  /** Length every h must have. */
  readonly vectorDim: number;
};

/** Opens the store, given who hears of records a watch could not read. */
export type OpenStore = (report: (where: string, error: unknown) => void) => Store;

/** Builds the service: buckets provisioned and followed, heartbeats heard, services asked for. */
export async function openState(
  { mesh, log, clock, metrics }: Pick<Host<unknown>, 'mesh' | 'log' | 'clock' | 'metrics'>,
  open: OpenStore,
  { vectorDim }: StateConfig,
): Promise<Running<typeof state>> {
  const views: Views = {
    agents: new RecordView(MOST_AGENTS),
    facts: new FactShelf(),
    organs: new RecordView(MOST_ORGANS),
  };
  const store = open(reporter(log, mesh.ns, views));
  await store.provision(stateAssets);
  const agents = new BucketRecords(agentBucket(store), '', views.agents);
  const facts = new BucketRecords(
    factBucket(store, () => clock.wallMs()),
    FACT_PREFIX,
    views.facts,
  );
  const organs = new FollowedBucket(organBucket(store), ORGAN_PREFIX, views.organs);
  const census = new MeshCensus(mesh, modeBucket(store));
  const ports: Ports = {
    ...{ clock, agents, facts, organs, vectorDim },
    beliefs: new BucketBeliefs(store),
    beats: new HeartbeatTable(),
    census: () => census.read(),
    announcements: meshAnnouncements(mesh),
  };
  const changed = new ChangedFields(ports, (agent_id, why) =>
    log.warn({ agent_id, why }, 'changed fields not written'),
  );
  const heartbeats = mesh.subscribe(organism, 'heartbeat', (heard) => takeHeartbeats(ports, changed, heard));
  metrics.gauge(REJECTED_BEATS, (set) => set({}, ports.beats.rejected));
  census.start();
  const startedMs = clock.wallMs();
  return {
    implementation: stateService(ports),
    degradedBy: () => degradedBy([agents.fill().lagMs, facts.fill().lagMs]),
    missing: () => (Number.isFinite(organs.fill().lagMs) ? [] : [organsMissing(startedMs)]),
    async drain() {
      census.stop();
      await heartbeats.drain();
      await changed.stop();
      await store.close();
    },
  };
}

type Views = {
  readonly agents: RecordView<AgentRecord>;
  readonly facts: FactShelf;
  readonly organs: RecordView<OrganNote>;
};

/** Logs what the store could not do where nobody waited, and marks records a watch could not read. */
function reporter(log: Log, ns: string, { agents, facts, organs }: Views): (where: string, error: unknown) => void {
  return (where, err) => {
    // What another service has not made yet is missing, which health says; it is no trouble.
    const isEarly = err instanceof MeshError && err.code === 'unavailable';
    if (isEarly) log.info({ err: err.message, where }, 'store');
    else log.warn({ err, where }, 'store');
    noteCorrupt(err, ns, [
      { bucket: 'agents', prefix: '', view: agents },
      { bucket: 'memory', prefix: FACT_PREFIX, view: facts },
      { bucket: 'organs', prefix: ORGAN_PREFIX, view: organs },
    ]);
  };
}

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
