import type { AgentRecord, BeliefRecord, Fact } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { BackupPorts } from './backup-ports.ts';
import type { BeliefVerdict } from './domain/belief.ts';
import type { FactShelf } from './domain/fact-shelf.ts';
import type { HeartbeatTable } from './domain/heartbeat-table.ts';
import type { RecordView } from './domain/record-view.ts';
import type { Bucketful, Census, OrganNote } from './domain/snapshot-source.ts';
import type { Embedder } from './embedding-ports.ts';
import type { FigurePorts } from './figure-ports.ts';
import type { MemoryAnnouncements, MemoryPorts } from './memory-ports.ts';

/** A record as the leader has it. */
export type Reading<T> =
  | { readonly kind: 'found'; readonly value: T; readonly rev: number }
  | { readonly kind: 'absent' }
  | { readonly kind: 'corrupt'; readonly why: string };

/** What came of a change. */
export type Writing<T> =
  | { readonly kind: 'written'; readonly value: T; readonly rev: number }
  | { readonly kind: 'skipped'; readonly rev: number }
  | { readonly kind: 'removed'; readonly rev: number }
  /** Others kept writing it; nothing was written. */
  | { readonly kind: 'contended'; readonly tries: number }
  | { readonly kind: 'corrupt'; readonly why: string };

/** A picture of a bucket that follows it. */
export interface Followed<T, V extends RecordView<T> = RecordView<T>> {
  readonly view: V;
  /** How far behind the picture may be, and what it cannot show. */
  fill(): Bucketful;
}

/** Records of one kind, durable, with this replica's picture of them. */
export interface Records<T extends object, V extends RecordView<T> = RecordView<T>> extends Followed<T, V> {
  /** @throws MeshError when the broker is out of reach */
  read(id: string): Promise<Reading<T>>;
  /**
   * Applies a pure `change`, which may run several times, until it holds.
   *
   * @throws MeshError when the broker is out of reach
   */
  revise(id: string, change: (now: T | undefined, rev: number) => T | 'skip' | 'remove'): Promise<Writing<T>>;
}

/** A value with the revision that wrote it. */
export type Revised<T> = { readonly value: T; readonly rev: number };

/** What projects hold to be so, by the id of the project. */
export interface Beliefs {
  /** @throws MeshError when the broker is out of reach */
  read(projectId: string, how: { readonly fresh: boolean }): Promise<Reading<BeliefRecord>>;
  /** Revisions that are still kept, oldest first. @throws MeshError as above */
  history(projectId: string): Promise<readonly Revised<BeliefRecord>[]>;
  /**
   * Makes a change once under the name of its request: `judge` is pure and may run several times, until what it says holds
   * or the time is over. A repeat, within a day, gets the first answer. @throws MeshError as above
   */
  change(
    request: Request,
    judge: (now: BeliefRecord | undefined, rev: number) => BeliefVerdict,
    withinMs: number,
  ): Promise<BeliefChanged>;
}

/** A change of a belief by name. */
export type Request = { readonly project_id: string; readonly request_id: string };

/** What came of a change of a belief. */
export type BeliefChanged =
  | { readonly kind: 'done'; readonly turn: number; readonly revision: number; readonly duplicate: boolean }
  | { readonly kind: 'contended'; readonly tries: number }
  | { readonly kind: 'corrupt'; readonly why: string }
  | Exclude<BeliefVerdict, { readonly kind: 'changed' }>;

/** Tells whoever listens; nobody waits for it. */
export interface Announcements extends MemoryAnnouncements {
  agentChanged(news: { agent_id: string; revision: number; fields: string[]; by: string }): void;
  agentDeleted(news: { agent_id: string }): void;
  beliefChanged(news: { project_id: string; turn: number; revision: number }): void;
  factStored(news: { fact_id: string; revision: number; deduplicated: boolean }): void;
  recordCorrupt(news: { bucket: string; key: string; revision: number }): void;
  factConflict(news: { fact_id: string; conflict_set: string[] }): void;
}

/** What remembering needs of the world. */
export type Ports = {
  readonly clock: Clock;
  readonly agents: Records<AgentRecord>;
  readonly facts: Records<Fact, FactShelf>;
  /** Makes vectors of queries. */
  readonly embedder: Embedder;
  readonly beliefs: Beliefs;
  readonly organs: Followed<OrganNote>;
  readonly beats: HeartbeatTable;
  readonly census: () => Census;
  readonly announcements: Announcements;
  readonly backups: BackupPorts;
  readonly memory: MemoryPorts;
  readonly figures: FigurePorts;
  /** Length every h must have. */
  readonly vectorDim: number;
};
