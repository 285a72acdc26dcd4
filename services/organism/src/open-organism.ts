import type { organism } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import type { Host, Running } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import type { Handler, Tasks } from '@seedcore/tasks';
import { meshAnnouncements } from './adapters/mesh-announcements.ts';
import { meshMemory } from './adapters/mesh-memory.ts';
import { meshPeers } from './adapters/mesh-peers.ts';
import { meshReplicas } from './adapters/mesh-replicas.ts';
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
import { queueHandler, unknownType } from './attempt/queue-handler.ts';
import { firstOrgans, withAgents } from './domain/organ.ts';
import { Roster } from './domain/roster.ts';
import { WornOut } from './domain/worn-out.ts';
import type { Vitals } from './endpoints/get-organism-status.ts';
import type { OrganismConfig } from './organism-config.ts';
import { organismMetrics } from './organism-metrics.ts';
import { EndTally } from './organs/end-tally.ts';
import { openOrgans } from './organs/open-organs.ts';
import type { OrganWork } from './organs/organ-work.ts';
import { stoppedHere } from './organs/stop-everywhere.ts';
import { lacking } from './organs/whole-state.ts';
import { ReplicaDesk } from './replicas/replica-desk.ts';
import { openRouting } from './routing/open-routing.ts';
import type { RoutingTable } from './routing/routing-table.ts';
import { organismService } from './service.ts';
import { builtInSkills } from './skill/built-in/index.ts';
import type { Skill } from './skill/define-skill.ts';

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
};

/** Opens one replica: its view of everybody, its agents, its queues, its endpoints. */
export async function openOrganism(parts: OrganismParts): Promise<Running<typeof organism>> {
  const { mesh, config, clock } = parts;
  const desk = openDesk(parts);
  const household = openHousehold(parts, desk);
  mesh.onState((state) => {
    if (state !== 'up') return;
    household.reconnected();
    desk.routing.reconnected();
  });
  await household.start();
  desk.routing.start();
  desk.organs.start();
  const ongoing = { fixed: config.ORGANISM_MAX_ONGOING_REQUESTS };
  return {
    implementation: endpointsOf(parts, desk, household),
    limits: { handle_task: ongoing, execute_on_organ: ongoing },
    drain: async (graceMs) => {
      await Promise.all([desk.routing.stop(), desk.organs.stop()]);
      await household.drain(graceMs);
    },
    degradedBy: () => [
      ...lacking(desk.roster, clock.now()),
      ...(household.stateSilent ? ['state_silent'] : []),
      ...(desk.pool.list().some(({ threads }) => threads.stuck > 0) ? ['stuck_threads'] : []),
    ],
  };
}

/** Everything a replica keeps in memory, and what its runs stand on. */
type Desk = ReturnType<typeof openDesk>;

function openDesk({ mesh, log, clock, random, metrics, store, tasks, instance: me }: OrganismParts) {
  const skills = new Map(builtInSkills.map((skill) => [skill.name, skill]));
  const roster = new Roster();
  const latencies = new Latencies(clock);
  const pool = new AgentPool((skill, organId) => latencies.expected(skill, organId));
  const counted = organismMetrics(metrics, { roster, pool, now: () => clock.now() });
  const records = new StoreRecords(store, clock);
  const announcements = meshAnnouncements(mesh);
  const tally = new EndTally();
  const attempts = new Attempts({
    clock,
    services: meshServices(mesh, { storageLagMs: () => records.lagMs() }),
    announcements,
    latencies,
    log: ({ task_id, agent_id, skill, trace_id }, { level, message, fields }) =>
      log[level]({ task_id, agent_id, skill, trace_id, ...fields }, message),
    count: (run) => {
      counted.attempt(run);
      tally.ended(run);
    },
  });
  const work = { attempts, pool, tasks, clock, random };
  const warn = (message: string, err: unknown) => log.warn({ err }, message);
  const routing = openRouting({ store, roster, clock, announcements, warn });
  const queues = new OrganQueues({
    tasks,
    handlers: (organId) => handlersOf(organId, skills, work),
    stopped: (organId) => roster.organ(organId)?.record.state === 'stopped',
  });
  const organs = openOrgans({ me, store, roster, pool, queues, tally, clock, warn });
  return { skills, roster, latencies, pool, counted, records, announcements, work, routing, queues, organs };
}

function openHousehold(parts: OrganismParts, desk: Desk): Household {
  const { mesh, log, clock, random, instance, vitals } = parts;
  const worn = new WornOut(parts.replace);
  return new Household({
    ...desk,
    ...{ clock, random },
    isolates: () => parts.isolates(() => worn.leftBehind()),
    me: instance,
    plans: plansOf(parts),
    peers: meshPeers(mesh),
    memory: meshMemory(mesh),
    lagMs: vitals.lagMs,
    warn: (message, err) => log.warn({ err }, message),
  });
}

const plansOf = ({ config }: OrganismParts) => withAgents(firstOrgans, config.ORGANISM_AGENTS);

function endpointsOf(parts: OrganismParts, { work, counted, routing, organs, ...desk }: Desk, household: Household) {
  const { clock, log, instance, tasks, vitals } = parts;
  return organismService({
    ...work,
    ...desk,
    ...routing.ports,
    ...organs.ports,
    desk: openReplicas(parts, { ...routing.ports, ...organs.ports, roster: desk.roster }),
    plans: plansOf(parts),
    ...{ me: instance, vitals },
    joined: new JoinedRuns<RunReply>(clock),
    lagMs: () => Math.round(desk.records.lagMs()),
    resolved: counted.route,
    initialized: () => household.initialized,
    waiting: (organId) => waitingIn(tasks, organId),
    warn: (message, facts) => log.warn(facts, message),
  });
}

/** What the parts of answers stand on that other replicas ask for. */
type OwnParts = { readonly roster: Roster; readonly table: RoutingTable; readonly organWork: OrganWork };

/** How this replica asks the others, and what it does when they ask. */
function openReplicas({ mesh, instance: me, clock, random, log }: OrganismParts, own: OwnParts) {
  const { roster, table, organWork } = own;
  const others = () => roster.hosts(clock.now()).flatMap(({ id }) => (id === me ? [] : [id]));
  const warn = (message: string, err: unknown) => log.warn({ err }, message);
  const desk = new ReplicaDesk({ me, others, clock, random, warn, bus: meshReplicas(mesh) });
  desk.serve({
    refresh_routing: async () => {
      await table.refresh();
      return {};
    },
    stand_still: ({ organs }, leftMs) => stoppedHere(organs, organWork, leftMs),
  });
  return desk;
}

type Work = Parameters<typeof queueHandler>[1];

/** Handlers of an organ: one per skill it may have, and an answer for every other type. */
function handlersOf(organId: string, skills: ReadonlyMap<string, Skill>, work: Work): Record<string, Handler> {
  const known = [...skills.values()].map((skill) => [skill.name, queueHandler({ organId, skill }, work)] as const);
  return { ...Object.fromEntries(known), '*': unknownType };
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
