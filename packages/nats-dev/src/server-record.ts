/** What the guardian leaves in the data folder while its server runs. */
export interface ServerRecord {
  readonly guardian: number;
  /** Absent until the server process exists. */
  readonly server?: number;
  /** The path on both command lines; a process without it is a stranger that got an old number. */
  readonly config: string;
}

/** What a look at the recorded processes says about a data folder. */
export type Occupancy =
  | { readonly state: 'free' }
  | { readonly state: 'in use'; readonly guardian: number }
  | { readonly state: 'orphan'; readonly server: number };

/** Reads a record; `undefined` for text that is not one. */
export function parseRecord(text: string): ServerRecord | undefined {
  const value = parseJson(text);
  if (typeof value !== 'object' || value === null) return undefined;
  const { guardian, server, config } = value as Record<string, unknown>;
  if (typeof guardian !== 'number' || typeof config !== 'string') return undefined;
  return { guardian, config, ...(typeof server === 'number' ? { server } : {}) };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined; // half written or foreign: the caller treats both as no record
  }
}

/** Decides who holds a data folder; `commandOf` gives the command line of a living process. */
export function occupancy(record: ServerRecord | undefined, commandOf: (pid: number) => string | undefined): Occupancy {
  if (!record) return { state: 'free' };
  const isOurs = (pid: number | undefined) => pid !== undefined && commandOf(pid)?.includes(record.config) === true;
  if (isOurs(record.guardian)) return { state: 'in use', guardian: record.guardian };
  if (record.server !== undefined && isOurs(record.server)) return { state: 'orphan', server: record.server };
  return { state: 'free' };
}
