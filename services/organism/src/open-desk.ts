import type { Host } from '@seedcore/runtime';
import type { Store } from '@seedcore/store';
import type { Tasks } from '@seedcore/tasks';
import { meshAnnouncements } from './adapters/mesh-announcements.ts';
import { MeshHosts } from './adapters/mesh-hosts.ts';
import { meshManagers } from './adapters/mesh-managers.ts';
import { meshMemories } from './adapters/mesh-memories.ts';
import { meshScores } from './adapters/mesh-scores.ts';
import { meshServices } from './adapters/mesh-services.ts';
import { meshWatch } from './adapters/mesh-watch.ts';
import { StoreBreakers } from './adapters/store-breakers.ts';
import { storeJournal } from './adapters/store-journal.ts';
import { StoreRecords } from './adapters/store-records.ts';
import { storeSegments } from './adapters/store-segments.ts';
import { StoreWorkers } from './adapters/store-workers.ts';
import { AgentPool } from './agents/agent-pool.ts';
import { Latencies } from './agents/latencies.ts';
import type { Isolates } from './agents/local-agent.ts';
import { OrganQueues } from './agents/organ-queues.ts';
import { Attempts } from './attempt/attempts.ts';
import { organHandler } from './attempt/organ-handler.ts';
import { unknownType } from './attempt/queue-handler.ts';
import { heirOf } from './domain/heir.ts';
import { Roster } from './domain/roster.ts';
import type { Vitals } from './endpoints/get-organism-status.ts';
import { RunLog } from './insight/run-log.ts';
import type { OrganismConfig } from './organism-config.ts';
import { organismMetrics } from './organism-metrics.ts';
import { EndTally } from './organs/end-tally.ts';
import { openOrgans } from './organs/open-organs.ts';
import { Reports } from './registry/reports.ts';
import { openRouting } from './routing/open-routing.ts';
import { builtInSkills } from './skill/built-in/index.ts';
import type { SkillFiles } from './skill/catalogue/skill-folder.ts';
import { tellLeft } from './skill/left-behind.ts';
import { openSkills } from './skill/open-skills.ts';
import { openManagers } from './supervision/managers/open-managers.ts';
import { Supervision, type SupervisionPorts } from './supervision/supervision.ts';
import { supervisionMetrics } from './supervision-metrics.ts';
import type { Web } from './web/web.ts';
import { RemoteSkills } from './workers/remote-skills.ts';
import { Settlements } from './workers/settlements.ts';
import { SkillQueues } from './workers/skill-queues.ts';

/** What a replica of organism is opened on. */
export type OrganismParts = Pick<
  Host<OrganismConfig>,
  'mesh' | 'config' | 'log' | 'recentLog' | 'clock' | 'random' | 'instance' | 'metrics' | 'replace'
> & {
  readonly store: Store;
  readonly tasks: Tasks;
  readonly vitals: Vitals;
  /** Fresh isolates for one agent, which say so when they leave something behind. */
  readonly isolates: (leftBehind: () => void) => Isolates;
  /** The world outside of the mesh, behind its guard. */
  readonly web: Web;
  /** Where further skills come from. */
  readonly files: SkillFiles;
};

/** Everything a replica keeps in memory, and what its runs stand on. */
export type Desk = ReturnType<typeof openDesk>;

/** Opens what every part of a replica stands on; nothing of it is under way yet. */
export function openDesk(parts: OrganismParts) {
  const { mesh, log, clock, random, metrics, store, tasks } = parts;
  const warn = (message: string, err: unknown) => log.warn({ err }, message);
  const roster = new Roster();
  const latencies = new Latencies(clock);
  const atOnce = (skill: string) => skillset.byName.get(skill)?.limits.concurrency;
  const pool = new AgentPool((skill, organId) => latencies.expected(skill, organId), atOnce);
  const counted = organismMetrics(metrics, { roster, pool, vitals: parts.vitals, now: () => clock.now() });
  const records = new StoreRecords(store);
  const announcements = meshAnnouncements(mesh);
  const watched = supervisionMetrics(metrics);
  const journal = storeJournal(store);
  const supervision = openSupervision(parts, { journal, roster, pool, count: watched.killed });
  const { live, breakers, stopAgent } = supervision;
  const segments = storeSegments(store);
  tasks.onEnd((event) => {
    if (roster.organ(event.queue) !== undefined) watched.taskEnded(event);
  });
  const managers = openManagers({
    ...{ me: parts.instance, clock, store, tasks, roster, supervision, segments, warn },
    ...{ scores: meshScores(mesh), wire: meshManagers(mesh), counted: watched },
  });
  const skillset = openSkills({
    builtIn: builtInSkills,
    ...{ files: parts.files, records, announcements, clock, warn },
    organs: () => roster.organs(),
  });
  const memories = meshMemories(mesh, warn);
  const leftTo = { tell: announcements.emitted, keep: memories.keep };
  const tally = new EndTally();
  const runs = new RunLog(clock.now());
  const attempts = new Attempts({
    ...{ clock, live, announcements, latencies, memories, web: parts.web, warmUpMs: parts.config.ORGANISM_WARM_UP_MS },
    kill: (attempt, kill) => supervision.kill(attempt, kill),
    spawned: watched.spawned,
    late: watched.late,
    tellSegment: (segment) => segments.tell(segment),
    services: meshServices(mesh, { storageLagMs: () => records.lagMs() }),
    log: ({ task_id, organ_id, agent_id, skill, trace_id }, { level, message, fields }) =>
      log[level]({ task_id, organ_id, agent_id, skill, trace_id, ...fields }, message),
    count: (run) => {
      counted.attempt(run);
      tally.ended(run);
      runs.add(run, clock.now());
    },
  });
  const skills = skillset.byName;
  const work = { attempts, pool, tasks, breakers, clock, random, leftTo };
  const routing = openRouting({ store, roster, clock, announcements, warn });
  const queues = new OrganQueues({
    tasks,
    handlers: (organId) => ({ '*': organHandler(organId, { skills, roster, work }) }),
    stopped: (organId) => roster.organ(heirOf(organId, roster))?.record.state === 'stopped',
    deliver: (left) => tellLeft(left, leftTo),
  });
  const remoteSkills = new RemoteSkills((cards) => skillset.catalogue.learn(cards), warn);
  const settlements = new Settlements(clock);
  const skillQueues = new SkillQueues({
    tasks,
    handler: (skill) => (params, context) => {
      const organId = context.spec.type === skill ? remoteSkills.get(skill)?.record.organ_id : undefined;
      return (organId === undefined ? unknownType : organHandler(organId, { skills, roster, work }))(params, context);
    },
    deliver: (left) => tellLeft(left, leftTo),
    settled: (end) => settlements.settled(end),
  });
  const organs = openOrgans({ store, roster, pool, queues, tally, clock, warn });
  return {
    ...{ skillset, skills, roster, latencies, pool, counted, records, announcements, work, routing, queues, organs },
    ...{ runs, supervision, journal, stopAgent, managers },
    workers: { records: new StoreWorkers(store), skills: remoteSkills, queues: skillQueues, settlements },
    reports: new Reports(clock),
    hosts: new MeshHosts(mesh),
  };
}

type Watching = Pick<SupervisionPorts, 'journal' | 'count'> & { readonly roster: Roster; readonly pool: AgentPool };

function openSupervision({ mesh, log, clock, instance, store, tasks }: OrganismParts, watching: Watching): Supervision {
  const { roster, pool, ...rest } = watching;
  return new Supervision({
    ...rest,
    ...{ clock, tasks, me: instance },
    breakers: new StoreBreakers(store),
    wire: meshWatch(mesh),
    replicas: () => roster.hosts(clock.now()).map(({ id }) => id),
    hosts: (agentId) => pool.get(agentId) !== undefined,
    line: (record) => log.warn({ event: 'intern_killed', ...record }, 'a run was ended'),
    warn: (message, err) => log.warn({ err }, message),
  });
}
