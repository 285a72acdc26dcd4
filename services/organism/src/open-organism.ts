import type { AgentHolding, organism, worker } from '@seedcore/contracts';
import { type Implementation, MeshError } from '@seedcore/protocol';
import type { Running } from '@seedcore/runtime';
import type { Tasks } from '@seedcore/tasks';
import { meshEnergies } from './adapters/mesh-energies.ts';
import { meshMemory } from './adapters/mesh-memory.ts';
import { meshPeers } from './adapters/mesh-peers.ts';
import { StoreEvolutions } from './adapters/store-evolutions.ts';
import { BEAT_MS, Household } from './agents/household.ts';
import { Rounds } from './agents/rounds.ts';
import type { RunReply } from './attempt/execute.ts';
import { JoinedRuns } from './attempt/joined-runs.ts';
import { firstOrgans, withAgents } from './domain/organ.ts';
import { WornOut } from './domain/worn-out.ts';
import { evolutionLineOf } from './evolution/evolution-book.ts';
import { openEvolution } from './evolution/open-evolution.ts';
import { HostDesk } from './hosts/host-desk.ts';
import { troublesOf } from './insight/replica-troubles.ts';
import { Troubles } from './insight/troubles.ts';
import { type Desk, type OrganismParts, openDesk } from './open-desk.ts';
import type { OrganismConfig } from './organism-config.ts';
import { lacking } from './organs/whole-state.ts';
import { Awaited } from './registry/awaited.ts';
import { Tier0 } from './registry/tier0.ts';
import { openReplicas } from './replicas/open-replicas.ts';
import { organismService } from './service.ts';
import { openWorkers } from './workers/open-workers.ts';
import { WorkerDesk } from './workers/worker-desk.ts';

/** A replica, and what it answers to workers. */
export type OpenOrganism = Running<typeof organism> & { readonly workers: Implementation<typeof worker> };

/** Opens one replica: its view of everybody, its agents, its queues, its endpoints. */
export async function openOrganism(parts: OrganismParts): Promise<OpenOrganism> {
  const { mesh, config, clock } = parts;
  const desk = openDesk(parts);
  const workers = openRemote(parts, desk, () => household);
  const household = openHousehold(parts, desk, workers);
  const evolution = openEvolutions(parts, desk);
  const tier0 = openTier0(parts, { ...desk, evolution }, household);
  desk.hosts.serve(new HostDesk({ ...desk, ...desk.work, ...desk.organs.ports, joined: new JoinedRuns(clock) }));
  mesh.onState((state) => {
    if (state !== 'up') return;
    household.reconnected();
    workers.thawed();
    desk.routing.reconnected();
  });
  await desk.supervision.start();
  await household.start();
  desk.managers.start();
  await evolution.start();
  desk.skillset.start();
  tier0.start();
  desk.routing.start();
  desk.organs.start();
  await workers.start();
  const troubles = new Troubles(
    () => troublesOf({ ...desk, household, now: clock.now() }),
    () => clock.wallMs(),
  );
  const looks = new Rounds(clock, BEAT_MS, {
    round: async () => void troubles.now(),
    failed: (err) => parts.log.warn({ err }, 'troubles could not be seen'),
  });
  looks.start();
  const rounds = [tier0, desk.routing, desk.organs, looks, evolution];
  return {
    implementation: endpointsOf(parts, desk, { household, tier0, troubles, evolution }),
    limits: limitsOf(config),
    workers: workers.implementation,
    also: (serve) => serve(workers.implementation, { claim: { fixed: MAX_WAITING_CALLS } }),
    async drain(graceMs) {
      await Promise.all(rounds.map((one) => one.stop()));
      const beforeAgentsGo = Math.max(0, graceMs - AGENTS_GO_MS);
      await Promise.all([
        ...[desk.skillset.stop(), desk.managers.stop()],
        ...[workers.drain(beforeAgentsGo), household.drain(graceMs)],
      ]);
      await desk.supervision.stop();
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

/** Most calls of one endpoint of the registry, and most claims of workers, that wait at the same time. */
const MAX_WAITING_CALLS = 256;

/** The workers this replica keeps, and the door where they knock. */
function openRemote(parts: OrganismParts, desk: Desk, agents: () => Household) {
  const { clock, log, instance, tasks } = parts;
  const { roster, pool, supervision, announcements, skills, records, hosts } = desk;
  const workerDesk = new WorkerDesk({
    ...desk.workers,
    ...{ me: instance, clock, tasks, roster, pool, agents, breakers: supervision.breakers },
    gone: (agent) => announcements.gone(agent),
  });
  const opened = openWorkers({
    desk: workerDesk,
    hosts,
    skillOf: (name) => skills.get(name),
    teach: (organId, names) => records.teachOrgan(organId, names),
    warn: (message, err) => log.warn({ err }, message),
  });
  return { ...opened, place: (holding: AgentHolding) => workerDesk.place(holding) };
}

type Remote = ReturnType<typeof openRemote>;

function openHousehold(parts: OrganismParts, desk: Desk, workers: Pick<Remote, 'place'>): Household {
  const { mesh, log, clock, random, instance, vitals } = parts;
  const worn = new WornOut(parts.replace);
  return new Household({
    ...desk,
    ...{ clock, random },
    isolates: () => parts.isolates(() => worn.leftBehind()),
    me: instance,
    plans: plansOf(parts),
    places: (holding) => workers.place(holding),
    peers: meshPeers(mesh),
    memory: memoryOf(parts),
    lagMs: vitals.lagMs,
    heard: (beat) => desk.reports.beat(beat),
    warn: (message, err) => log.warn({ err }, message),
  });
}

type Evolution = ReturnType<typeof openEvolutions>;
type Shaped = Desk & { readonly evolution: Evolution };

function openEvolutions(parts: OrganismParts, desk: Desk) {
  const { mesh, log, clock, store } = parts;
  const evolutions = new StoreEvolutions(store);
  const energies = meshEnergies(mesh);
  const opened = openEvolution({
    ...desk,
    ...{ evolutions, energies, clock },
    organs: desk.organs.ports.organs,
    memory: memoryOf(parts),
    finished: (record) => {
      const line = evolutionLineOf(record);
      log[record.state === 'rollback_failed' ? 'error' : 'info'](line, 'an evolution has ended');
      desk.announcements.evolved(line);
    },
    elect: (name, lead, options) => store.elect(name, lead, options),
    warn: (message, err) => log.warn({ err }, message),
  });
  return { ...opened, evolutions, energies };
}

const memoryOf = ({ mesh, log }: OrganismParts) =>
  meshMemory(mesh, (err) => log.warn({ err }, 'roles that were set could not be followed'));

const plansOf = ({ config }: OrganismParts) => withAgents(firstOrgans, config.ORGANISM_AGENTS);

function openTier0(parts: OrganismParts, desk: Shaped, household: Household): Tier0 {
  const { config, log, clock, instance, store } = parts;
  return new Tier0({
    ...desk,
    ...{ me: instance, clock },
    keeper: household,
    awaited: new Awaited(desk.roster, clock),
    memory: memoryOf(parts),
    identityMs: 1000 * config.TIER0_HEARTBEAT_TIMEOUT,
    elect: (name, lead, options) => store.elect(name, lead, options),
    strict: config.TIER0_STRICT_RECONCILE,
    evolving: (organId) => desk.evolution.book.evolving(organId),
    actors: config.TIER0_ATTACH_ACTORS,
    note: (message, facts) => log.info(facts, message),
    warn: (message, err) => log.warn({ err }, message),
  });
}

/** Time of a drain that is kept for handing back what workers have not finished, in ms. */
const AGENTS_GO_MS = 5000;

/** How this replica keeps house, and what it lacks. */
type Own = {
  readonly household: Household;
  readonly tier0: Tier0;
  readonly troubles: Troubles;
  readonly evolution: Evolution;
};

function endpointsOf(parts: OrganismParts, { work, counted, routing, organs, ...desk }: Desk, own: Own) {
  const { household, tier0, troubles, evolution } = own;
  const { clock, log, instance, tasks, vitals, config } = parts;
  return organismService({
    ...work,
    ...desk,
    ...routing.ports,
    ...organs.ports,
    desk: openReplicas(parts, { ...routing.ports, ...organs.ports, ...desk }),
    recentLog: parts.recentLog,
    troubles,
    plans: plansOf(parts),
    ...{ me: instance, vitals },
    joined: new JoinedRuns<RunReply>(clock),
    lagMs: () => Math.round(desk.records.lagMs()),
    resolved: counted.route,
    registry: tier0.registry,
    atOnce: config.TIER0_TP_MAX,
    heartbeatMs: 1000 * config.TIER0_HEARTBEAT_TIMEOUT,
    statsMs: 1000 * config.TIER0_STATS_TIMEOUT,
    collected: counted.collected,
    ...evolution,
    ...{ random: parts.random, fallback: async () => (await routing.ports.table.get()).rules.value.fallback },
    evolveLimits: { maxCost: config.EVOLVE_MAX_COST, minRoi: config.EVOLVE_MIN_ROI },
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
