import { isRecord } from '@seedcore/protocol';

/** States a supervised process goes through. */
export const processStates = ['starting', 'ready', 'restarting', 'stopping', 'stopped', 'given_up'] as const;

/** Where a supervised process stands. */
export type ProcessState = (typeof processStates)[number];

/** One process of the mesh, as the supervisor last wrote it down. */
export interface ProcessLine {
  readonly name: string;
  readonly pid: number;
  readonly state: ProcessState;
  readonly restarts: number;
  /** Wall clock, ms since 1970. */
  readonly startedAt: number;
  /** Part of its command line; a process without it is a stranger that got an old number. */
  readonly marker: string;
}

/** What `up` leaves in its data folder while it runs. */
export interface MeshState {
  readonly version: 1;
  readonly ns: string;
  readonly url: string;
  readonly supervisor: ProcessLine;
  readonly processes: readonly ProcessLine[];
}

/** Reads a state file; `undefined` for anything that is not one of this version. */
export function parseState(text: string): MeshState | undefined {
  const value = json(text);
  if (!isRecord(value) || value['version'] !== 1) return undefined;
  const { ns, url, supervisor, processes } = value;
  const above = line(supervisor);
  if (typeof ns !== 'string' || typeof url !== 'string' || !above || !Array.isArray(processes)) return undefined;
  return { version: 1, ns, url, supervisor: above, processes: processes.flatMap((one) => line(one) ?? []) };
}

function json(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // cut short by a crash: as good as absent
  }
}

function line(value: unknown): ProcessLine | undefined {
  if (!isRecord(value)) return undefined;
  const { name, pid, state, restarts, startedAt, marker } = value;
  if (typeof name !== 'string' || typeof pid !== 'number' || typeof startedAt !== 'number') return undefined;
  if (typeof marker !== 'string' || marker === '') return undefined;
  const known = processStates.find((one) => one === state) ?? 'stopped';
  return { name, pid, startedAt, marker, state: known, restarts: typeof restarts === 'number' ? restarts : 0 };
}

/** Tells the command line of a living process; `undefined` when there is none. */
export type CommandOf = (pid: number) => string | undefined;

/** True when the process a line speaks of is alive and still that process. */
export function isAlive({ pid, marker }: Pick<ProcessLine, 'pid' | 'marker'>, commandOf: CommandOf): boolean {
  return pid > 0 && commandOf(pid)?.includes(marker) === true;
}

/** What an earlier `up` left behind. */
export type Leftover =
  | { readonly kind: 'nothing' }
  | { readonly kind: 'running'; readonly state: MeshState }
  | { readonly kind: 'orphans'; readonly orphans: readonly ProcessLine[] };

/** Judges a state file by the processes that are alive. */
export function judgeLeftover(state: MeshState | undefined, commandOf: CommandOf): Leftover {
  if (!state) return { kind: 'nothing' };
  if (isAlive(state.supervisor, commandOf)) return { kind: 'running', state };
  const orphans = state.processes.filter((one) => isAlive(one, commandOf));
  return orphans.length > 0 ? { kind: 'orphans', orphans } : { kind: 'nothing' };
}
