import { type Checking, type Clock, canonicalJson, isToken, type Random } from '@seedcore/protocol';
import type { ReportDefect } from '../transport/closable.ts';

/** Files and switches of an encrypted connection. */
export type TlsOptions = {
  readonly caFile?: string | undefined;
  readonly certFile?: string | undefined;
  readonly keyFile?: string | undefined;
};

/** How to reach the broker, and who this process is. */
export type ConnectOptions = {
  /** Default `nats://127.0.0.1:4222`. */
  readonly servers?: string | readonly string[] | undefined;
  /** Where the servers were written down, as `NATS_URL`; messages say so. */
  readonly serversFrom?: string | undefined;
  readonly ns?: string | undefined;
  /** Name of the connection in the broker's lists; default the service and instance. */
  readonly name?: string | undefined;
  /** The service this process is; a mere client has none. */
  readonly service?: string | undefined;
  readonly instance?: string | undefined;
  readonly user?: string | undefined;
  readonly pass?: string | undefined;
  readonly token?: string | undefined;
  readonly tls?: boolean | TlsOptions | undefined;
  /** Copies of the small things kept for everybody: 1, or 3 in a cluster. */
  readonly replicas?: 1 | 3 | undefined;
  /**
   * Whether clients check everything they send and get against its contract, or one in a hundred, as in production:
   * callees check every request anyway. Default `always`.
   */
  readonly checking?: Checking | undefined;
  /** Lets operators disturb this process by the knob `faults`, and says what `kill` does; without it nothing can. */
  readonly faults?: { readonly kill: () => void } | undefined;
  readonly clock?: Clock | undefined;
  readonly random?: Random | undefined;
  /** Told about failures nobody waits for; default a warning of the process. */
  readonly onDefect?: ReportDefect | undefined;
};

/** Where a broker listens unless told otherwise. */
export const DEFAULT_SERVER = 'nats://127.0.0.1:4222';

const COMPARED = [
  'servers',
  'ns',
  'name',
  'service',
  'instance',
  'user',
  'pass',
  'token',
  'tls',
  'replicas',
  'checking',
] as const;

/** Names of the options in which two callers differ; values stay out of it, some are secret. */
export function differingOptions(one: ConnectOptions, other: ConnectOptions): readonly string[] {
  return COMPARED.filter((field) => comparable(one, field) !== comparable(other, field));
}

/** The servers to try, in order. */
export function serversOf({ servers }: ConnectOptions): readonly string[] {
  if (servers === undefined || servers.length === 0) return [DEFAULT_SERVER];
  return typeof servers === 'string' ? [servers] : servers;
}

/** First token of this process's inboxes: its user, else its service. */
export function inboxOwner({ user, service }: ConnectOptions): string {
  const owner = (user ?? service ?? 'client').replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, 64);
  return isToken(owner) ? owner : 'client';
}

function comparable(options: ConnectOptions, field: (typeof COMPARED)[number]): string {
  if (field === 'servers') return canonicalJson(serversOf(options));
  return canonicalJson(options[field]);
}
