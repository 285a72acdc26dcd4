import { type MemoryBus, type MemoryMesh, memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { openMetrics, silentLog } from '@seedcore/runtime';
import { startService } from '@seedcore/runtime/testing';
import { openEvents } from '@seedcore/store';
import { MemoryJetStream } from '@seedcore/store/testing';
import { type MemoryTasks, memoryTasks } from '@seedcore/tasks/testing';
import { breakersAsset } from '../adapters/store-breakers.ts';
import { evolutionsAsset } from '../adapters/store-evolutions.ts';
import { organsAsset } from '../adapters/store-records.ts';
import { rulesAsset } from '../adapters/store-rules.ts';
import { segmentsStream } from '../adapters/store-segments.ts';
import { workersAsset } from '../adapters/store-workers.ts';
import type { Isolates } from '../agents/local-agent.ts';
import { openOrganism } from '../open-organism.ts';
import { type OrganismConfig, organismConfig } from '../organism-config.ts';
import { cardOf } from '../skill/catalogue/skill-card.ts';
import type { SkillFiles } from '../skill/catalogue/skill-folder.ts';
import type { SkillProgram } from '../skill/define-skill.ts';
import type { Web } from '../web/web.ts';
import { loopbackIsolates } from './loopback.ts';

/** One broker in memory that several replicas share, and the time of all of them. */
export type World = {
  readonly clock: VirtualClock;
  readonly bus: MemoryBus;
  readonly server: MemoryJetStream;
  /** Another one for each replica, the same for the same world whichever tests ran before. */
  readonly nextSeed: () => number;
  /** Lets time pass until `work` has settled. */
  readonly passing: <T>(work: Promise<T>) => Promise<T>;
};

/** A world without anybody in it. */
export function openWorld(): World {
  const clock = new VirtualClock();
  const bus = memoryMesh({ clock, random: new SeededRandom(99) }).transport.bus;
  const passing = async <T>(work: Promise<T>): Promise<T> => {
    let settled = false;
    const end = () => {
      settled = true;
    };
    work.then(end, end);
    for (let steps = 0; !settled && steps < 5000; steps++) await clock.advance(10);
    return work;
  };
  let seeds = 0;
  const nextSeed = () => {
    seeds += 1;
    return seeds;
  };
  return { clock, bus, server: new MemoryJetStream(clock), nextSeed, passing };
}

/** How a replica is opened: agents of each organ, and what else its environment says. */
export type ReplicaEnv = {
  readonly agents?: number;
  /** Lines its log has. */
  readonly log?: readonly string[];
  readonly config?: Partial<OrganismConfig>;
  /** Threads of one more agent. */
  readonly isolates?: () => Isolates;
  /** Skills that came from files. */
  readonly files?: readonly SkillProgram[];
  /** The world outside; nobody is there unless it is given. */
  readonly web?: Web;
};

/** A replica of organism in memory, with a typed client that calls it. */
export async function openReplica(world: World, instance: string, env: ReplicaEnv = {}) {
  const { clock, bus, server, passing } = world;
  const random = new SeededRandom(world.nextSeed());
  const mesh: MemoryMesh = memoryMesh({ clock, random, bus, ns: 'test', service: 'organism', instance });
  const durable: MemoryTasks = memoryTasks({ clock, random, server, instance });
  await passing(
    durable.store.provision([organsAsset, rulesAsset, breakersAsset, workersAsset, evolutionsAsset, segmentsStream]),
  );
  await passing(durable.tasks.provision());
  mesh.keepEventsIn(openEvents(durable.store));
  const stuck = { more: () => {}, why: [] as string[] };
  const running = await passing(
    openOrganism({
      mesh,
      clock,
      random,
      instance,
      config: { ...organismConfig.parse({}), ORGANISM_AGENTS: env.agents ?? 1, ...env.config },
      log: silentLog,
      recentLog: () => env.log ?? [],
      metrics: openMetrics(),
      store: durable.store,
      tasks: durable.tasks,
      vitals: { lagMs: () => 0, lagP99Ms: () => 0, rssMb: () => 1 },
      isolates: (leftBehind) => {
        stuck.more = leftBehind;
        return env.isolates?.() ?? loopbackIsolates(clock, env.files);
      },
      replace: (why) => stuck.why.push(why),
      files: filesOf(env.files ?? []),
      web: env.web ?? nobodyThere,
    }),
  );
  answerPings(mesh);
  const { limits = {} } = running;
  const client = startService(running.implementation, { clock, random, bus, ns: 'test', instance, limits });
  const workers = startService(running.workers, { clock, random, bus, ns: 'test', instance });
  return { ...durable, mesh, running, client, workers, stuck };
}

const nobodyThere: Web = {
  fetch: async ({ url }) => ({ ok: false, code: 'unreachable', host: new URL(url).hostname, why: 'nobody is there' }),
};

/** A folder with one file for each of these skills. */
function filesOf(skills: readonly SkillProgram[]): SkillFiles {
  const byFile = new Map(skills.map((skill) => [`${skill.name}.ts`, skill]));
  return {
    list: async () => [...byFile.keys()].map((file) => ({ file, version: '1', source: `file:///${file}?v=1` })),
    declare: async ({ file }) => {
      const skill = byFile.get(file);
      return skill === undefined ? { ok: false, why: 'is not there' } : { ok: true, card: cardOf(skill) };
    },
  };
}

/** Says on the bus that this instance is there, as its runtime would. */
function answerPings({ transport, instance, ns }: MemoryMesh): void {
  const answer = new TextEncoder().encode(
    JSON.stringify({ name: 'organism', id: instance, version: '0.1.0', metadata: { ns } }),
  );
  transport.subscribe('$SRV.PING.organism', ({ reply }) => {
    if (reply !== undefined) transport.publish(reply, answer);
  });
}
