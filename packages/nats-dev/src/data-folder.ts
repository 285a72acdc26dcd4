import {
  mkdirSync,
  mkdtempSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statfsSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { until } from './clock-node.ts';
import { commandLine } from './command-line.ts';
import { reasonOf } from './reason.ts';
import { maxFileBytes } from './server-config.ts';
import { occupancy, parseRecord } from './server-record.ts';

/** Where one server keeps what it has. */
export interface DataFolder {
  readonly root: string;
  readonly config: string;
  readonly record: string;
  readonly output: string;
  readonly log: string;
  readonly store: string;
  readonly maxFileBytes: number;
  /** True for a test's folder, which goes when the server goes. */
  readonly temporary: boolean;
}

/** Makes the folder a server keeps its data in; without a path a fresh one that is removed at the end. */
export function openDataFolder(path: string | undefined): DataFolder {
  try {
    if (path !== undefined) mkdirSync(path, { recursive: true });
    const root = realpathSync(path ?? mkdtempSync(join(tmpdir(), 'seedcore-nats-')));
    const store = join(root, 'jetstream');
    mkdirSync(store, { recursive: true });
    writeFileSync(join(root, '.writable'), '');
    rmSync(join(root, '.writable'));
    const { bavail, bsize } = statfsSync(root);
    return {
      root,
      config: join(root, 'nats-server.conf'),
      record: join(root, 'nats-server.json'),
      output: join(root, 'nats-server.out'),
      log: join(root, 'nats-server.log'),
      store,
      maxFileBytes: maxFileBytes(bavail * bsize),
      temporary: path === undefined,
    };
  } catch (error) {
    throw new Error(`the data folder ${path ?? tmpdir()} cannot be used: ${reasonOf(error)}`, { cause: error });
  }
}

/**
 * Frees a folder from what an earlier run left: a stale record is removed, a server whose guardian died is ended.
 *
 * @throws Error when another living guardian holds the folder
 */
export async function reclaim(folder: DataFolder): Promise<void> {
  const text = readText(folder.record);
  if (text === undefined) return;
  const found = occupancy(parseRecord(text), commandLine);
  if (found.state === 'in use') {
    throw new Error(`a nats-server for ${folder.root} is running already (guardian process ${found.guardian})`);
  }
  if (found.state === 'orphan') await endOrphan(found.server, folder.config);
  const stale = `${folder.record}.stale`;
  renameSync(folder.record, stale);
  rmSync(stale, { force: true });
}

async function endOrphan(pid: number, config: string): Promise<void> {
  const gone = async () => (commandLine(pid)?.includes(config) ? undefined : true);
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    if (await gone()) return;
    process.kill(pid, signal);
    await until(gone, 5000);
  }
}

/** Text of a file; `undefined` when there is none. */
export function readText(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return undefined; // absence is an answer here
  }
}
