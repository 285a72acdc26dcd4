import { rmSync, writeFileSync } from 'node:fs';
import { choosePort, loopbackPorts, PortTaken } from './choose-port.ts';
import { until } from './clock-node.ts';
import { type DataFolder, openDataFolder, readText, reclaim } from './data-folder.ts';
import type { ServerBinary, ServerContainer } from './found-server.ts';
import { type GuardedRun, type ServerExit, startGuarded } from './guardian.ts';
import { lastLine, lastLines } from './last-lines.ts';
import { binaryLaunch, containerLaunch, type HardSignal, type Launch, portsFiles } from './launch.ts';
import type { ServerAddresses } from './ports-file.ts';
import { runCommand } from './run-command.ts';
import type { ClusterSettings } from './server-config.ts';

/** What `startServer` is told. */
export interface ServerOptions {
  readonly server: ServerBinary | ServerContainer;
  /** Kept between runs; without it the server gets a fresh folder, removed at its end. */
  readonly dataDir?: string;
  /** Port on 127.0.0.1; without it a free one is taken. */
  readonly port?: number;
  /** True when no other port will do. */
  readonly strictPort?: boolean;
  /** How often writes are synced, as nats-server reads it: `1s`; without it each is synced before it is confirmed. */
  readonly syncInterval?: string;
  /** Longest wait until the server is healthy, in ms. */
  readonly readyMs?: number;
  /** Upper bound of what the streams may take on disk, in bytes: half of what is free, 2 GiB at most. */
  readonly maxFileBytes?: number;
  /** Told when another port than the wished one is used. */
  report?(text: string): void;
}

/** A nats-server that runs under this process and cannot outlive it by more than seconds. */
export interface RunningServer {
  readonly url: string;
  readonly monitorUrl: string;
  readonly dataDir: string;
  /** Process number of the server, another one after `restart`. */
  readonly pid: number;
  /** Settles when the present run has ended, for whatever reason. */
  readonly ended: Promise<ServerExit>;
  /** Ends the server in order; a temporary folder goes with it. */
  stop(): Promise<void>;
  /** Ends the server as a crash would (SIGKILL); the data stays. */
  kill(): Promise<void>;
  /** Stops the server where it is (SIGSTOP): its connections stay and nothing answers. Not on Windows. */
  pause(): Promise<void>;
  /** Lets a paused server go on. */
  resume(): Promise<void>;
  /** Runs the server again on the same port and data, after ending it in order if it still runs. */
  restart(): Promise<void>;
}

interface Run {
  readonly guarded: GuardedRun;
  readonly addresses: ServerAddresses;
}

/** A server that may be a member of a cluster: what its own health check asks, beside what everybody may set. */
export interface MemberOptions extends ServerOptions {
  readonly cluster?: ClusterSettings;
  /** `/healthz` when it is not set. */
  readonly healthPath?: string;
}

/** Starts a nats-server with a generated configuration and resolves when its health check passes. */
export async function startServer(options: ServerOptions): Promise<RunningServer> {
  return startIn(openDataFolder(options.dataDir), options);
}

/** Starts a nats-server in a folder that is open already. */
export async function startIn(folder: DataFolder, options: MemberOptions): Promise<RunningServer> {
  try {
    await reclaim(folder);
    const port = await portFor(options);
    const launch = launchOn(options, folder, port);
    const run = await runOnce(launch, folder, options).catch((error: unknown) => portWasTaken(port, error));
    return handle(folder, options, { launch, run });
  } catch (error) {
    if (folder.temporary) rmSync(folder.root, { recursive: true, force: true });
    throw error;
  }
}

async function portFor({ port = -1, strictPort = false, report }: ServerOptions): Promise<number> {
  if (port <= 0) return -1;
  const chosen = await choosePort({ port, strict: strictPort }, loopbackPorts);
  if (chosen !== port) report?.(`port ${port} is taken by something that is not a NATS server; using ${chosen}`);
  return chosen;
}

/** Between the look at a port and the start somebody else may have taken it: two starts at once see it free. */
async function portWasTaken(port: number, cause: unknown): Promise<never> {
  if (port <= 0 || (await loopbackPorts.isFree(port))) throw cause;
  throw new PortTaken(port, await loopbackPorts.holder(port), { cause });
}

function launchOn(
  { server, cluster, syncInterval, maxFileBytes }: MemberOptions,
  folder: DataFolder,
  port: number,
): Launch {
  const sized = maxFileBytes === undefined ? folder : { ...folder, maxFileBytes };
  return server.kind === 'binary'
    ? binaryLaunch(server, sized, { port, cluster, syncInterval })
    : containerLaunch(server, sized, { port, syncInterval });
}

async function runOnce(launch: Launch, folder: DataFolder, options: MemberOptions): Promise<Run> {
  const { readyMs = 10_000, healthPath = '/healthz' } = options;
  for (const file of portsFiles(folder)) rmSync(file, { force: true });
  writeFileSync(folder.config, launch.configText);
  const [command, ...args] = launch.check;
  const checked = await runCommand(command, args, { timeoutMs: 30_000 });
  if (checked.code !== 0) throw new Error(`nats-server refuses its configuration: ${lastLine(checked.stderr)}`);
  const guarded = await startGuarded(launch.job);
  const addresses = await ready(launch, guarded, { readyMs, healthPath });
  if (addresses) return { guarded, addresses };
  const log = logTail(folder);
  await guarded.stop();
  throw new Error(`nats-server was not ready within ${readyMs / 1000} s; the end of its log:\n${log}`);
}

/** Waits for the addresses and then for the health check; `undefined` when the server ended or time ran out. */
async function ready(
  launch: Launch,
  guarded: GuardedRun,
  { readyMs, healthPath }: { readonly readyMs: number; readonly healthPath: string },
): Promise<ServerAddresses | undefined> {
  let ended = false;
  void guarded.ended.then(() => {
    ended = true;
  });
  let addresses: ServerAddresses | undefined;
  const state = await until(async () => {
    if (ended) return 'ended';
    addresses ??= await launch.addresses(guarded.pid);
    return addresses && (await healthy(addresses, healthPath)) ? 'ready' : undefined;
  }, readyMs);
  return state === 'ready' ? addresses : undefined;
}

/** True when a server's health check passes. */
export async function healthy({ monitorUrl }: Pick<ServerAddresses, 'monitorUrl'>, path: string): Promise<boolean> {
  try {
    return (await fetch(`${monitorUrl}${path}`, { signal: AbortSignal.timeout(1000) })).ok;
  } catch {
    return false; // not listening yet
  }
}

/** The last 20 lines a server wrote. */
export function logTail(folder: DataFolder): string {
  return lastLines(`${readText(folder.log) ?? ''}\n${readText(folder.output) ?? ''}`, 20).join('\n');
}

function handle(folder: DataFolder, options: MemberOptions, first: { launch: Launch; run: Run }): RunningServer {
  let { run } = first;
  // A restart listens where the first run did, so that clients find it again.
  const port = Number(new URL(first.run.addresses.url).port);
  const launch = launchOn(options, folder, port);
  let paused = false;
  const signal = (name: HardSignal) => launch.signal(run.guarded.pid, name);
  const resume = async () => {
    if (paused) await signal('SIGCONT');
    paused = false;
  };
  return {
    dataDir: folder.root,
    get url() {
      return run.addresses.url;
    },
    get monitorUrl() {
      return run.addresses.monitorUrl;
    },
    get pid() {
      return run.guarded.pid;
    },
    get ended() {
      return run.guarded.ended;
    },
    stop: async () => {
      await resume(); // a paused server hears nothing
      await run.guarded.stop();
      if (folder.temporary) rmSync(folder.root, { recursive: true, force: true });
    },
    kill: async () => {
      await signal('SIGKILL');
      paused = false;
      await run.guarded.ended;
      await run.guarded.stop();
    },
    pause: async () => {
      await signal('SIGSTOP');
      paused = true;
    },
    resume,
    restart: async () => {
      await resume();
      await run.guarded.stop();
      run = await runOnce(launch, folder, options);
    },
  };
}
