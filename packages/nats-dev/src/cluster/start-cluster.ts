import { existsSync } from 'node:fs';
import { until } from '../clock-node.ts';
import { type DataFolder, openDataFolder, readText } from '../data-folder.ts';
import type { ServerBinary } from '../found-server.ts';
import { portsFiles } from '../launch.ts';
import { parseRoutePort } from '../ports-file.ts';
import { resolveServer } from '../resolve-server.ts';
import { healthy, logTail, type RunningServer, startIn } from '../start-server.ts';
import { metaLeader } from './meta-leader.ts';
import { NOWHERE, openRoutes, type Routes } from './routes.ts';

/** What `startCluster` is told. */
export interface ClusterOptions {
  /** A program; without it the resolver finds one. Containers have no routes to each other and will not do. */
  readonly server?: ServerBinary;
  /** Longest wait until all are healthy and a leader exists, in ms; also the wait of a `restart`. */
  readonly readyMs?: number;
}

/** Servers that form one cluster under this process and cannot outlive it by more than seconds. */
export interface RunningCluster {
  /** Address of each member for clients, by its number. */
  readonly urls: readonly string[];
  /** The members; what is asked of one of them by number is best asked of the cluster. */
  readonly members: readonly RunningServer[];
  /** Name of member `i` in what servers tell of each other. */
  name(i: number): string;
  /** The member that leads JetStream, in the view of the majority; `undefined` while there is none. */
  leader(): Promise<number | undefined>;
  /** Ends member `i` as a crash would (SIGKILL). */
  kill(i: number): Promise<void>;
  /** Stops member `i` where it is: its connections stay, and nothing answers. Not on Windows. */
  pause(i: number): Promise<void>;
  resume(i: number): Promise<void>;
  /** Runs member `i` again on its port and data; resolves when it is healthy, which needs a majority. */
  restart(i: number): Promise<void>;
  /** Cuts member `i` off from the others; its clients stay connected to it and hear nothing of it. */
  partition(i: number): void;
  heal(i: number): void;
  /** Ends all members in order; their folders go with them. */
  stop(): Promise<void>;
}

const defaultReadyMs = 60_000;
/** With fewer, the loss of one is the loss of the majority. */
const minSize = 3;
const maxSize = 7;

/**
 * Starts a cluster of `size` servers, 3 to 7, with fresh stores and resolves when all are healthy and one leads JetStream.
 *
 * @throws RangeError for another size; Error when the cluster does not form in time
 */
export async function startCluster(size = 3, options: ClusterOptions = {}): Promise<RunningCluster> {
  if (!(Number.isInteger(size) && size >= minSize && size <= maxSize))
    throw new RangeError(`a cluster has ${minSize} to ${maxSize} servers, not ${size}`);
  const server = options.server ?? (await resolvedBinary());
  const folders = Array.from({ length: size }, () => openDataFolder(undefined));
  const routes = await openRoutes(size, (i) => routePort(folders[i]));
  const { readyMs = defaultReadyMs } = options;
  const started = await Promise.allSettled(
    folders.map((folder, i) => startMember(folder, { i, server, size, routes, readyMs })),
  );
  const members = started.flatMap((one) => (one.status === 'fulfilled' ? [one.value] : []));
  const cluster = handle(members, routes, readyMs);
  try {
    const failed = started.find((one) => one.status === 'rejected');
    if (failed) throw failed.reason;
    await formed(cluster, folders, readyMs);
    return cluster;
  } catch (error) {
    await cluster.stop();
    throw error;
  }
}

async function resolvedBinary(): Promise<ServerBinary> {
  const found = await resolveServer();
  if (found.kind === 'binary') return found;
  throw new Error(`a cluster needs a nats-server program on this machine; found a ${found.kind}`);
}

/** Read at each use: a member takes routes at another port after every start, and none when its folder is gone. */
function routePort(folder: DataFolder | undefined): number | undefined {
  const files = folder && existsSync(folder.root) ? portsFiles(folder) : [];
  return files.map((file) => parseRoutePort(readText(file) ?? '')).find((port) => port !== undefined);
}

const nameOf = (i: number): string => `seedcore-dev-${i}`;

function startMember(
  folder: DataFolder,
  {
    i,
    server,
    size,
    routes,
    readyMs,
  }: { i: number; server: ServerBinary; size: number; routes: Routes; readyMs: number },
): Promise<RunningServer> {
  const share = { ...folder, maxFileBytes: Math.floor(folder.maxFileBytes / size) };
  const cluster = { serverName: nameOf(i), routes: routes.of(i), advertise: NOWHERE };
  // Alone it can only say that it runs; whether it is of use the cluster asks later.
  return startIn(share, { server, cluster, readyMs, healthPath: '/healthz?js-enabled-only=true' });
}

async function formed(cluster: RunningCluster, folders: readonly DataFolder[], readyMs: number): Promise<void> {
  const ready = async () => {
    const checks = await Promise.all(cluster.members.map((member) => healthy(member, '/healthz')));
    return checks.every(Boolean) && (await cluster.leader()) !== undefined ? true : undefined;
  };
  if (await until(ready, readyMs)) return;
  const logs = folders.map((folder, i) => `${nameOf(i)}:\n${logTail(folder)}`).join('\n');
  throw new Error(`no cluster of ${folders.length} formed within ${readyMs / 1000} s; the end of each log:\n${logs}`);
}

function handle(members: readonly RunningServer[], routes: Routes, readyMs: number): RunningCluster {
  const member = (i: number): RunningServer => {
    const one = members[i];
    if (one === undefined) throw new RangeError(`no member ${i}: the cluster has ${members.length}`);
    return one;
  };
  return {
    members,
    get urls() {
      return members.map(({ url }) => url);
    },
    name: nameOf,
    leader: async () => {
      const name = await metaLeader(members);
      const i = members.findIndex((_, n) => nameOf(n) === name);
      return i < 0 ? undefined : i;
    },
    kill: async (i) => member(i).kill(),
    pause: async (i) => member(i).pause(),
    resume: async (i) => member(i).resume(),
    restart: async (i) => {
      await member(i).restart();
      const well = await until(async () => ((await healthy(member(i), '/healthz')) ? true : undefined), readyMs);
      if (!well) throw new Error(`${nameOf(i)} was not healthy within ${readyMs / 1000} s of its restart`);
    },
    partition: (i) => {
      member(i);
      routes.partition(i);
    },
    heal: (i) => {
      member(i);
      routes.heal(i);
    },
    stop: async () => {
      await Promise.all(members.map((one) => one.stop()));
      routes.close();
    },
  };
}
