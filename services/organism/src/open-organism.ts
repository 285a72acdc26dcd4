import type { organism } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import type { Host, Running } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import type { Tasks } from '@seedcore/tasks';
import { meshAnnouncements } from './adapters/mesh-announcements.ts';
import { MeshHosts } from './adapters/mesh-hosts.ts';
import { meshMemory } from './adapters/mesh-memory.ts';
import { meshPeers } from './adapters/mesh-peers.ts';
import { meshServices } from './adapters/mesh-services.ts';
import { StoreRecords } from './adapters/store-records.ts';
import { AgentPool } from './agents/agent-pool.ts';
import { Household } from './agents/household.ts';
import { Latencies } from './agents/latencies.ts';
import type { Isolates } from './agents/local-agent.ts';
import { OrganQueues } from './agents/organ-queues.ts';
import { Attempts } from './attempt/attempts.ts';
import type { RunReply } from './attempt/execute.ts';
import { JoinedRuns } from './attempt/joined-runs.ts';
import { organHandler } from './attempt/organ-handler.ts';
import { firstOrgans, withAgents } from './domain/organ.ts';
import { Roster } from './domain/roster.ts';
import { WornOut } from './domain/worn-out.ts';
import { lacking, type Vitals } from './endpoints/get-organism-status.ts';
import { HostDesk } from './hosts/host-desk.ts';
import type { OrganismConfig } from './organism-config.ts';
import { organismMetrics } from './organism-metrics.ts';
import { Awaited } from './registry/awaited.ts';
import { Reports } from './registry/reports.ts';
import { Tier0 } from './registry/tier0.ts';
import { organismService } from './service.ts';
import { builtInSkills } from './skill/built-in/index.ts';
import type { SkillFiles } from './skill/catalogue/skill-folder.ts';
import { tellLeft } from './skill/left-behind.ts';
import { openSkills } from './skill/open-skills.ts';

/** What a replica of organism is opened on. */
export type OrganismParts = Pick<
  Host<OrganismConfig>,
  'mesh' | 'config' | 'log' | 'clock' | 'random' | 'instance' | 'metrics' | 'replace'
> & {
  readonly store: Store;
  readonly tasks: Tasks;
  readonly vitals: Vitals;
  /** Fresh isolates for one agent, which say so when they leave something behind. */
  readonly isolates: (leftBehind: () => void) => Isolates;
  /** Where further skills come from. */
  readonly files: SkillFiles;
};

/** Opens one replica: its view of everybody, its agents, its queues, its endpoints. */
export async function openOrganism(parts: OrganismParts): Promise<Running<typeof organism>> {
  const { mesh, config, clock } = parts;
  const desk = openDesk(parts);
  const household = openHousehold(parts, desk);
  const tier0 = openTier0(parts, desk, household);
  desk.hosts.serve(new HostDesk({ ...desk, ...desk.work, joined: new JoinedRuns(clock) }));
  mesh.onState((state) => {
    if (state === 'up') household.reconnected();
  });
  await household.start();
  tier0.start();
  desk.skillset.start();
  return {
    implementation: endpointsOf(parts, desk, { household, tier0 }),
    limits: limitsOf(config),
    async drain(graceMs) {
      await tier0.stop();
      await Promise.all([desk.skillset.stop(), household.drain(graceMs)]);
    },
    missing: () => desk.skillset.bad().map(({ file, since, why }) => ({ name: `skill ${file}`, since, detail: why })),
    degradedBy: () => [
      ...lacking(desk.roster, clock.now()),
      ...(household.stateSilent ? ['state_silent'] : []),
      ...(desk.pool.list().some(({ threads }) => threads.stuck > 0) ? ['stuck_threads'] : []),
      ...tier0.missing.map((id) => `no host for ${id}`),
    ],
  };
}

/** Calls that run at the same time: those that wait for an agent wait by design. */
function limitsOf({ ORGANISM_MAX_ONGOING_REQUESTS: runs }: OrganismConfig) {
  const [ongoing, waiting] = [{ fixed: runs }, { fixed: MAX_WAITING_CALLS }];
  return {
    ...{ handle_task: ongoing, execute_on_organ: ongoing, execute_on_agent: ongoing },
    ...{ create_agent: waiting, create_agents: waiting, attach_agent: waiting, archive_agent: waiting },
    ...{ collect_heartbeats: waiting, collect_agent_stats: waiting },
  };
}

/** Most calls of one endpoint of the registry that wait at the same time. */
const MAX_WAITING_CALLS = 256;

/** Everything a replica keeps in memory, and what its runs stand on. */
type Desk = ReturnType<typeof openDesk>;

function openDesk(parts: OrganismParts) {
  const { mesh, log, clock, random, metrics, store, tasks } = parts;
  const roster = new Roster();
  const latencies = new Latencies();
  const atOnce = (skill: string) => skillset.byName.get(skill)?.limits.concurrency;
  const pool = new AgentPool((skill) => latencies.usual(skill), atOnce);
  const counted = organismMetrics(metrics, { roster, pool, now: () => clock.now() });
  const records = new StoreRecords(store);
  const reports = new Reports(clock);
  const hosts = new MeshHosts(mesh);
  const announcements = meshAnnouncements(mesh);
  const skillset = openSkills({
    builtIn: builtInSkills,
    ...{ files: parts.files, records, announcements, clock },
    organs: () => roster.organs(),
    warn: (message, err) => log.warn({ err }, message),
  });
  const attempts = new Attempts({
    clock,
    services: meshServices(mesh, { storageLagMs: () => records.lagMs() }),
    announcements,
    latencies,
    log: ({ task_id, agent_id, skill, trace_id }, { level, message, fields }) =>
      log[level]({ task_id, agent_id, skill, trace_id, ...fields }, message),
    count: counted.attempt,
  });
  const work = { attempts, pool, tasks, clock, random, tell: announcements.emitted };
  const seen = { roster, latencies, pool, counted, records, announcements, reports, hosts };
  return { ...seen, skillset, skills: skillset.byName, work };
}

function openHousehold(parts: OrganismParts, { skills, skillset, work, ...desk }: Desk): Household {
  const { mesh, config, log, clock, random, instance, tasks, vitals } = parts;
  const worn = new WornOut(parts.replace);
  return new Household({
    ...desk,
    ...{ clock, random },
    isolates: () => parts.isolates(() => worn.leftBehind()),
    me: instance,
    plans: withAgents(firstOrgans, config.ORGANISM_AGENTS),
    isBuiltIn: skillset.isBuiltIn,
    queues: new OrganQueues({
      tasks,
      handlers: (organId) => ({ '*': organHandler(organId, { skills, roster: desk.roster, work }) }),
      deliver: (left) => tellLeft(left, desk.announcements.emitted),
    }),
    peers: meshPeers(mesh),
    memory: meshMemory(mesh),
    lagMs: vitals.lagMs,
    heard: (beat) => desk.reports.beat(beat),
    warn: (message, err) => log.warn({ err }, message),
  });
}

function openTier0(parts: OrganismParts, desk: Desk, household: Household): Tier0 {
  const { mesh, config, log, clock, instance, store } = parts;
  return new Tier0({
    ...desk,
    ...{ me: instance, clock },
    keeper: household,
    awaited: new Awaited(desk.roster, clock),
    memory: meshMemory(mesh),
    identityMs: 1000 * config.TIER0_HEARTBEAT_TIMEOUT,
    elect: (name, lead, options) => store.elect(name, lead, options),
    strict: config.TIER0_STRICT_RECONCILE,
    actors: config.TIER0_ATTACH_ACTORS,
    note: (message, facts) => log.info(facts, message),
    warn: (message, err) => log.warn({ err }, message),
  });
}

type Keeping = { readonly household: Household; readonly tier0: Tier0 };

function endpointsOf(parts: OrganismParts, { work, counted, ...desk }: Desk, { household, tier0 }: Keeping) {
  const { clock, log, instance, tasks, vitals, config } = parts;
  const { records } = desk;
  return organismService({
    ...work,
    ...desk,
    ...{ me: instance, vitals },
    joined: new JoinedRuns<RunReply>(clock),
    lagMs: () => Math.round(records.lagMs()),
    resolved: counted.route,
    registry: tier0.registry,
    atOnce: config.TIER0_TP_MAX,
    heartbeatMs: 1000 * config.TIER0_HEARTBEAT_TIMEOUT,
    statsMs: 1000 * config.TIER0_STATS_TIMEOUT,
    collected: counted.collected,
    initialized: () => household.initialized,
    waiting: (organId) => waitingIn(tasks, organId),
    warn: (message, facts) => log.warn(facts, message),
  });
}

/** Tasks that wait for an organ; undefined while the broker is out of reach, which is no reason to show nothing else. */
async function waitingIn(tasks: Tasks, queue: string): Promise<number | undefined> {
  try {
    const { counts } = await tasks.list({ queue, limit: 1 });
    return (counts.queued ?? 0) + (counts.retrying ?? 0);
  } catch (cause) {
    if (cause instanceof MeshError) return undefined;
    throw cause;
  }
}
