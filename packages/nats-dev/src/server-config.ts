/** What makes a server a member of a cluster. */
export interface ClusterSettings {
  /** Differs from the name of every other member. */
  readonly serverName: string;
  /** Addresses the other members are reached at, `127.0.0.1:<port>`. */
  readonly routes: readonly string[];
  /** The address members tell each other about this one. */
  readonly advertise: string;
}

/** What the generated configuration depends on. */
export interface ServerSettings {
  /** Address to listen on, 127.0.0.1 outside containers. */
  readonly host: string;
  /** −1 lets the server choose. */
  readonly port: number;
  readonly monitorPort: number;
  /** Folder of the streams, as the server sees it. */
  readonly storeDir: string;
  /** Upper bound of what the streams may take on disk, in bytes. */
  readonly maxFileBytes: number;
  /** Folder the chosen ports are written to; absent where the ports are fixed. */
  readonly portsDir?: string;
  /** Absent where the output of the process is the log. */
  readonly logFile?: string;
  /** Absent for a server that stands alone. */
  readonly cluster?: ClusterSettings | undefined;
  /** How often what was written is synced, as nats-server reads it: `1s`; absent: before each write is confirmed. */
  readonly syncInterval?: string | undefined;
}

const defaultMaxFile = 2 * 1024 ** 3;

/** Half of what the disk has free, 2 GiB at most: streams must not fill the disk of a laptop. */
export function maxFileBytes(freeBytes: number): number {
  return Math.min(defaultMaxFile, Math.floor(freeBytes / 2));
}

/** The text of a nats-server configuration for development and tests. */
export function serverConfig(settings: ServerSettings): string {
  const { host, port, monitorPort, storeDir, portsDir, logFile, cluster, syncInterval = 'always' } = settings;
  const lines = [
    `server_name: ${cluster?.serverName ?? 'seedcore-dev'}`,
    `listen: ${quote(`${host}:${port}`)}`,
    `http: ${quote(`${host}:${monitorPort}`)}`,
    ...(portsDir ? [`ports_file_dir: ${quote(portsDir)}`] : []),
    ...(logFile ? [`log_file: ${quote(logFile)}`, 'logfile_size_limit: 10MB', 'logfile_max_num: 3'] : []),
    'max_payload: 1MB',
    'write_deadline: "5s"',
    'ping_interval: "20s"',
    'lame_duck_duration: "31s"',
    'jetstream {',
    `  store_dir: ${quote(storeDir)}`,
    '  max_mem: 256MB',
    `  max_file: ${settings.maxFileBytes}`,
    `  sync_interval: ${quote(syncInterval)}`,
    '}',
    ...(cluster ? clusterLines(cluster) : []),
  ];
  return `${lines.join('\n')}\n`;
}

function clusterLines({ routes, advertise }: ClusterSettings): string[] {
  return [
    'cluster {',
    '  name: seedcore-dev',
    '  listen: "127.0.0.1:-1"',
    `  cluster_advertise: ${quote(advertise)}`,
    `  routes: [${routes.map((address) => quote(`nats-route://${address}`)).join(', ')}]`,
    '}',
  ];
}

/** Quotes a value; Windows paths work with forward slashes. */
function quote(value: string): string {
  return `"${value.replaceAll('\\', '/').replaceAll('"', '\\"')}"`;
}
