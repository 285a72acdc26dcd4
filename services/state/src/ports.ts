import type { AgentRecord, Fact } from '@seedcore/contracts';
import type { Clock } from '@seedcore/protocol';
import type { FactShelf } from './domain/fact-shelf.ts';
import type { HeartbeatTable } from './domain/heartbeat-table.ts';
import type { RecordView } from './domain/record-view.ts';
import type { Bucketful, Census, OrganNote } from './domain/snapshot-source.ts';

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

/** Tells whoever listens; nobody waits for it. */
export interface Announcements {
  agentChanged(news: { agent_id: string; revision: number; fields: string[] }): void;
  agentDeleted(news: { agent_id: string }): void;
  factStored(news: { fact_id: string; revision: number; deduplicated: boolean }): void;
  factConflict(news: { fact_id: string; conflict_set: string[] }): void;
}

/** What remembering needs of the world. */
export type Ports = {
  readonly clock: Clock;
  readonly agents: Records<AgentRecord>;
  readonly facts: Records<Fact, FactShelf>;
  readonly organs: Followed<OrganNote>;
  readonly beats: HeartbeatTable;
  readonly census: () => Census;
  readonly announcements: Announcements;
  /** Length every h must have. */
  readonly vectorDim: number;
};
