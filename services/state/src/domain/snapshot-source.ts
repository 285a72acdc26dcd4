import type { AgentRecord, Mode, RoleShares, ServiceView } from '@seedcore/contracts';
import type { Heard } from './heartbeat-table.ts';

/** An agent's record and what was last heard of it. */
export type SeenAgent = { readonly record: AgentRecord; readonly heard: Heard };

/** What organism registered about an organ, as far as it could be read. */
export type OrganNote = {
  readonly organ_id: string;
  readonly kind: string | null;
  readonly state: string | null;
  readonly role_prior: RoleShares | null;
  readonly desired: number | null;
  readonly max_agents: number | null;
  readonly skills: readonly string[];
};

/** A bucket as this replica knows it. */
export type Bucketful = {
  /** Last applied sequence. */
  readonly version: number;
  /** Since the broker was last heard about it, in ms; infinite before the first full set. */
  readonly lagMs: number;
  /** Records that exist and cannot be shown, with the reason. */
  readonly withheld: ReadonlyMap<string, string>;
};

/** Everything a picture is made of, read at one moment. */
export type SnapshotSource = {
  readonly agents: readonly SeenAgent[];
  readonly organs: readonly OrganNote[];
  readonly facts: { readonly count: number; readonly bytes: number; readonly coverage: number };
  readonly buckets: { readonly agents: Bucketful; readonly organs: Bucketful; readonly memory: Bucketful };
  readonly census: Census;
};

/** Who of the six services answered when last asked, and the mode energy last recorded. */
export type Census = {
  readonly services: readonly ServiceView[];
  /** Since they were asked, in ms; undefined before the first answers. */
  readonly ageMs: number | undefined;
  readonly mode: { readonly value: Mode; readonly ageMs: number } | undefined;
};
