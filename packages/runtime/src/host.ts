import type { Mesh } from '@seedcore/mesh';
import type { Clock, Implementation, Random, Service } from '@seedcore/protocol';
import type { Log } from './log/log.ts';
import type { Metrics } from './metrics/metrics.ts';
import type { ReplyStore } from './replay/reply-store.ts';
import type { Limits } from './served/serve-implementation.ts';
import type { ServedEndpoint } from './served/served-endpoint.ts';

/** What a service is given to work with. */
export type Host<C> = {
  readonly mesh: Mesh;
  /** The service's own configuration, validated. */
  readonly config: C;
  readonly log: Log;
  /** The newest 2,000 lines of it, JSON with secrets hidden, oldest first. */
  readonly recentLog: () => readonly string[];
  readonly clock: Clock;
  readonly random: Random;
  /** Id of this process on the mesh. */
  readonly instance: string;
  readonly metrics: Metrics;
  /** Drains and ends with 75, so that the supervisor starts a fresh process: this one cannot go on as it is. */
  readonly replace: (why: string) => void;
};

/** Something the service would need and does not have. */
export type Missing = {
  readonly name: string;
  /** RFC 3339. */
  readonly since: string;
  readonly detail: string;
};

/** Serves a contract a process answers beside its own. */
export type ServeAlso = <S extends Service>(
  implementation: Implementation<S>,
  limits?: Limits<S>,
) => readonly ServedEndpoint[];

/** A started service: its handlers and what its host asks it later. */
export type Running<S extends Service = Service> = {
  readonly implementation: Implementation<S>;
  /** Handlers of one endpoint that run at the same time; 64 where nothing is said. */
  readonly limits?: Limits<S>;
  /** Further contracts this process answers beside its own; they are no service of their own. */
  readonly also?: (serve: ServeAlso) => readonly ServedEndpoint[];
  /** Where replies are kept for those who repeat an idempotency key; a contract with `replays` needs it. */
  readonly replies?: ReplyStore;
  /** Hands back leases and tasks; must be done within `graceMs`. */
  readonly drain?: (graceMs: number) => Promise<void>;
  /** What it misses at present, beside required services that do not answer. */
  readonly missing?: () => readonly Missing[];
  /** Why it works less well than it should. */
  readonly degradedBy?: () => readonly string[];
};
