import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { until } from './clock-node.ts';
import { commandLine } from './command-line.ts';
import { type DataFolder, readText } from './data-folder.ts';
import type { ServerBinary, ServerContainer } from './found-server.ts';
import type { GuardianJob } from './guardian-job.ts';
import { isStopped } from './is-stopped.ts';
import { parsePortsFile, type ServerAddresses } from './ports-file.ts';
import { runCommand } from './run-command.ts';
import { type ClusterSettings, serverConfig } from './server-config.ts';

/** Ends a server without a chance to say goodbye, stops it where it is, lets it go on. */
export type HardSignal = 'SIGKILL' | 'SIGSTOP' | 'SIGCONT';

/** One way to run a server: its configuration, its command, and how its addresses are learnt. */
export interface Launch {
  readonly configText: string;
  /** Command that checks the configuration without starting anything. */
  readonly check: readonly [string, ...string[]];
  readonly job: GuardianJob;
  addresses(pid: number): Promise<ServerAddresses | undefined>;
  /** Sends the server a signal it cannot refuse; SIGSTOP has taken effect when this resolves. */
  signal(pid: number, signal: HardSignal): Promise<void>;
}

/** Where a server listens, and whom it belongs to. */
export interface Place {
  /** −1 lets the server choose. */
  readonly port: number;
  readonly cluster?: ClusterSettings | undefined;
  readonly syncInterval?: string | undefined;
}

/** Runs a server from a program on this machine. */
export function binaryLaunch(binary: ServerBinary, folder: DataFolder, place: Place): Launch {
  const portsFile = (pid: number) => join(folder.root, `${basename(binary.path)}_${pid}.ports`);
  return {
    configText: serverConfig({
      host: '127.0.0.1',
      ...place,
      monitorPort: -1,
      storeDir: folder.store,
      maxFileBytes: folder.maxFileBytes,
      portsDir: folder.root,
      logFile: folder.log,
    }),
    check: [binary.path, '-t', '-c', folder.config],
    job: jobFor(folder, [binary.path, '-c', folder.config]),
    addresses: async (pid) => parsePortsFile(readText(portsFile(pid)) ?? ''),
    signal: async (pid, signal) => {
      if (!commandLine(pid)?.includes(folder.config)) return;
      process.kill(pid, signal);
      if (signal === 'SIGSTOP') await until(async () => isStopped(pid) || undefined, 2000);
    },
  };
}

const engineCommands: Readonly<Record<HardSignal, string>> = { SIGKILL: 'kill', SIGSTOP: 'pause', SIGCONT: 'unpause' };

/** Runs a server in a container whose two ports are published on the loopback address only. */
export function containerLaunch({ engine, image }: ServerContainer, folder: DataFolder, place: Place): Launch {
  const { port, syncInterval } = place;
  const name = `seedcore-${basename(folder.root).replaceAll(/[^A-Za-z0-9]/g, '-')}-${process.pid}`;
  const user = process.getuid ? ['--user', `${process.getuid()}:${process.getgid?.() ?? 0}`] : [];
  const mount = ['-v', `${folder.root}:/seedcore`, ...user];
  const publish = ['-p', `127.0.0.1:${port > 0 ? port : ''}:4222`, '-p', '127.0.0.1::8222'];
  const run = ['run', '--rm', '--name', name, ...mount, ...publish, '--entrypoint', 'nats-server', image];
  // The mounted path of the configuration is its place inside; the label carries the outside path for identification.
  const labelled = [
    'run',
    '--label',
    `seedcore.config=${folder.config}`,
    ...run.slice(1),
    '-c',
    '/seedcore/nats-server.conf',
  ];
  return {
    configText: serverConfig({
      host: '0.0.0.0',
      port: 4222,
      monitorPort: 8222,
      storeDir: '/seedcore/jetstream',
      maxFileBytes: folder.maxFileBytes,
      syncInterval,
    }),
    check: [
      engine,
      'run',
      '--rm',
      ...mount,
      '--entrypoint',
      'nats-server',
      image,
      '-t',
      '-c',
      '/seedcore/nats-server.conf',
    ],
    job: { ...jobFor(folder, [engine, ...labelled]), afterwards: [engine, 'rm', '-f', name] },
    addresses: () => publishedPorts(engine, name),
    signal: async (_pid, signal) => {
      await runCommand(engine, [engineCommands[signal], name], { timeoutMs: 20_000 });
    },
  };
}

async function publishedPorts(engine: string, name: string): Promise<ServerAddresses | undefined> {
  const { stdout } = await runCommand(engine, ['port', name], { timeoutMs: 5000 });
  const of = (inside: number) => new RegExp(`^${inside}/tcp -> 127\\.0\\.0\\.1:(\\d+)`, 'm').exec(stdout)?.[1];
  const [nats, monitor] = [of(4222), of(8222)];
  return nats && monitor ? { url: `nats://127.0.0.1:${nats}`, monitorUrl: `http://127.0.0.1:${monitor}` } : undefined;
}

function jobFor(folder: DataFolder, [command, ...args]: readonly [string, ...string[]]): GuardianJob {
  return {
    command,
    args,
    outputFile: folder.output,
    recordFile: folder.record,
    config: folder.config,
    ...(folder.temporary ? { removeFolder: folder.root } : {}),
  };
}

/** Paths of the ports files in a data folder, those an earlier run left included. */
export function portsFiles(folder: DataFolder): string[] {
  return readdirSync(folder.root)
    .filter((name) => name.endsWith('.ports'))
    .map((name) => join(folder.root, name));
}
