import type { organism } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import type { Host, Running } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import type { Tasks } from '@seedcore/tasks';
import { meshAnnouncements } from './adapters/mesh-announcements.ts';
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
import type { OrganismConfig } from './organism-config.ts';
import { organismMetrics } from './organism-metrics.ts';
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
  mesh.onState((state) => {
    if (state === 'up') household.reconnected();
  });
  await household.start();
  desk.skillset.start();
  const ongoing = { fixed: config.ORGANISM_MAX_ONGOING_REQUESTS };
  return {
    implementation: endpointsOf(parts, desk, household),
    limits: { handle_task: ongoing, execute_on_organ: ongoing },
    drain: async (graceMs) => {
      await Promise.all([desk.skillset.stop(), household.drain(graceMs)]);
    },
    missing: () => desk.skillset.bad().map(({ file, since, why }) => ({ name: `skill ${file}`, since, detail: why })),
    degradedBy: () => [
      ...lacking(desk.roster, clock.now()),
      ...(household.stateSilent ? ['state_silent'] : []),
      ...(desk.pool.list().some(({ threads }) => threads.stuck > 0) ? ['stuck_threads'] : []),
    ],
  };
}

/** Everything a replica keeps in memory, and what its runs stand on. */
type Desk = ReturnType<typeof openDesk>;

function openDesk(parts: OrganismParts) {
  const { mesh, log, clock, random, metrics, store, tasks } = parts;
  const roster = new Roster();
  const latencies = new Latencies();
  const atOnce = (skill: string) => skillset.byName.get(skill)?.limits.concurrency;
  const pool = new AgentPool((skill) => latencies.usual(skill), atOnce);
  const counted = organismMetrics(metrics, { roster, pool, now: () => clock.now() });
  const records = new StoreRecords(store, clock);
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
  const work = { attempts, pool, tasks, clock, random };
  return { skillset, skills: skillset.byName, roster, latencies, pool, counted, records, announcements, work };
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
    warn: (message, err) => log.warn({ err }, message),
  });
}

function endpointsOf(parts: OrganismParts, { work, records, counted, ...desk }: Desk, household: Household) {
  const { clock, log, instance, tasks, vitals } = parts;
  return organismService({
    ...work,
    ...desk,
    ...{ me: instance, vitals },
    joined: new JoinedRuns<RunReply>(clock),
    tell: desk.announcements.emitted,
    lagMs: () => Math.round(records.lagMs()),
    resolved: counted.route,
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
