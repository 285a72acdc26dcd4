import { isRecord } from '@seedcore/protocol';

/** One endpoint as a service instance describes it (ADR-32). */
export type MicroEndpoint = {
  readonly name: string;
  readonly subject: string;
  readonly queueGroup: string | undefined;
  readonly metadata: Readonly<Record<string, string>>;
};

/** What every answer on `$SRV` says: who is there. */
export type MicroIdentity = {
  readonly name: string;
  readonly id: string;
  readonly version: string;
  readonly metadata: Readonly<Record<string, string>>;
};

/** One instance as it describes itself. */
export type MicroInfo = MicroIdentity & { readonly description: string; readonly endpoints: readonly MicroEndpoint[] };

/** One instance with the whole of its statistics, as it counts them. */
export type MicroStats = MicroIdentity & { readonly started: string; readonly endpoints: readonly unknown[] };

/** The identity in any answer on `$SRV`; undefined when it is not one. */
export function readIdentity(value: unknown): MicroIdentity | undefined {
  if (!isRecord(value)) return undefined;
  const { name, id, version } = value;
  if (typeof name !== 'string' || typeof id !== 'string' || typeof version !== 'string') return undefined;
  return { name, id, version, metadata: readMetadata(value['metadata']) };
}

/** An answer to `$SRV.INFO`; undefined when it is not one. */
export function readInfo(value: unknown): MicroInfo | undefined {
  const identity = readIdentity(value);
  if (identity === undefined || !isRecord(value)) return undefined;
  const { description, endpoints } = value;
  return {
    ...identity,
    description: typeof description === 'string' ? description : '',
    endpoints: Array.isArray(endpoints) ? endpoints.map(readEndpoint).filter((one) => one !== undefined) : [],
  };
}

/** An answer to `$SRV.STATS`; undefined when it is not one. */
export function readStats(value: unknown): MicroStats | undefined {
  const identity = readIdentity(value);
  if (identity === undefined || !isRecord(value)) return undefined;
  const { started, endpoints } = value;
  return {
    ...identity,
    started: typeof started === 'string' ? started : '',
    endpoints: Array.isArray(endpoints) ? endpoints : [],
  };
}

function readEndpoint(value: unknown): MicroEndpoint | undefined {
  if (!isRecord(value)) return undefined;
  const { name, subject, queue_group: queueGroup } = value;
  if (typeof name !== 'string' || typeof subject !== 'string') return undefined;
  const metadata = readMetadata(value['metadata']);
  return { name, subject, queueGroup: typeof queueGroup === 'string' ? queueGroup : undefined, metadata };
}

function readMetadata(value: unknown): Readonly<Record<string, string>> {
  if (!isRecord(value)) return {};
  return Object.fromEntries(
    Object.entries(value).filter((pair): pair is [string, string] => typeof pair[1] === 'string'),
  );
}
