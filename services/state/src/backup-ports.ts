import type { BackupGroup, RestoreMode } from '@seedcore/contracts';
import type { Clock, Random } from '@seedcore/protocol';
import type { BackupNote } from './domain/backup/backup-note.ts';
import type { KeptRecord } from './domain/backup/kept-record.ts';
import type { BackupOrigin } from './domain/backup/manifest.ts';
import type { RestoreRecord } from './domain/backup/restore-record.ts';

/** A write of bytes, or a removal, that holds only over the revision `expect`. */
export type ByteChange = {
  readonly key: string;
  readonly expect: number;
  readonly body?: Uint8Array | undefined;
  readonly ttlMs?: number | undefined;
};

/** Records as bytes. */
export interface Bytes {
  /** Undefined when there is no such bucket. */
  lastSeq(): Promise<number | undefined>;
  /** Sorted. */
  keys(): Promise<readonly string[]>;
  /** The newest value of each key that has one, in the order of the keys. */
  newest(keys: readonly string[]): Promise<readonly KeptRecord[]>;
  /** Up to 100 changes of different keys; says of each whether the key now is as wished. */
  write(changes: readonly ByteChange[]): Promise<readonly boolean[]>;
}

/** The records of one group, where they live. */
export interface Part extends Bytes {
  readonly group: BackupGroup;
  readonly bucket: string;
  /** What today's program makes of it. */
  judge(record: KeptRecord): 'readable' | 'newer_schema' | 'corrupt_record';
  /** True while somebody holds a lease on the key, and would be robbed of it. */
  isLeased(key: string): Promise<boolean>;
  /** Sees to it that the record names no smaller epoch. */
  raise(key: string, epoch: number): Promise<void>;
}

/** Where backups lie, as objects that never change. */
export interface BackupShelf {
  put(name: string, bytes: Uint8Array): Promise<void>;
  /** Also what is not whole any more. */
  read(name: string): Promise<Uint8Array | undefined>;
  remove(name: string): Promise<void>;
  names(): Promise<readonly { readonly name: string; readonly at: Date }[]>;
}

/** A bucket for trials. */
export interface Scratch {
  /** An empty one. */
  open(): Promise<Bytes>;
  drop(): Promise<void>;
}

/** Who is at work: a backup or a restore, one at a time; the right lapses two minutes after it was last renewed. */
export type Holder = { readonly task_id: string; readonly name: string; readonly held: readonly BackupGroup[] };

/** What is written down about backups and restores. */
export interface BackupNotes {
  /** Takes or renews the right to work; whoever has it instead, when it is not free. */
  take(holder: Holder): Promise<{ readonly name: string } | undefined>;
  release(taskId: string): Promise<void>;
  backup(name: string): Promise<BackupNote | undefined>;
  backups(): Promise<readonly BackupNote[]>;
  /** Changes a note by compare-and-set. */
  noteBackup(name: string, change: (now: BackupNote | undefined) => BackupNote): Promise<BackupNote>;
  forgetBackup(name: string): Promise<void>;
  restore(id: string): Promise<RestoreRecord | undefined>;
  /** The record as it was first written: by this call, or by an earlier one. */
  beginRestore(record: RestoreRecord): Promise<RestoreRecord>;
  /** @throws Error when a later attempt has written it */
  saveRestore(record: RestoreRecord): Promise<RestoreRecord>;
}

/** Tells whoever listens; nobody waits for it. */
export interface BackupNews {
  backupDone(news: { backup_name: string; content_hash: string; records: number; bytes: number }): void;
  backupFailed(news: { backup_name: string; why: string }): void;
  drillOk(news: { backup_name: string; restore_id: string }): void;
  drillFailed(news: { backup_name: string; restore_id: string; why: string }): void;
  restoreStarted(news: { backup_name: string; restore_id: string; mode: RestoreMode; groups: string[] }): void;
  restoreDone(news: {
    backup_name: string;
    restore_id: string;
    status: 'done' | 'failed';
    written: number;
    deleted: number;
    skipped: number;
  }): void;
}

/** What is to be backed up, and as what. */
export type BackupWish = {
  readonly name: string;
  readonly groups: readonly BackupGroup[];
  readonly origin: BackupOrigin;
};

/** Where work is handed to, so that it outlives whoever asked for it. */
export interface BackupJobs {
  submitBackup(wish: BackupWish): Promise<void>;
  submitRestore(id: string): Promise<void>;
  /** How the task stands; `absent` when there is none any more. */
  state(taskId: string): Promise<'absent' | 'running' | 'succeeded' | 'failed'>;
  /** Gives an ended task another life. */
  again(taskId: string): Promise<void>;
  wait(taskId: string, timeoutMs: number, signal: AbortSignal): Promise<void>;
}

/** How much is done at once: records of one object, writes of one batch, keys after which it is written down how far it has come. */
export type Pace = { readonly chunk: number; readonly batch: number; readonly save: number };

/** What backing up needs of the world. */
export type BackupDesk = {
  readonly ns: string;
  readonly clock: Clock;
  /** Hash of the contract of this program. */
  readonly contracts: string;
  readonly pace: Pace;
  readonly parts: ReadonlyMap<BackupGroup, Part>;
  readonly shelf: BackupShelf;
  readonly scratch: Scratch;
  readonly notes: BackupNotes;
  readonly news: BackupNews;
};

/** What the endpoints need beside it. */
export type BackupPorts = BackupDesk & {
  readonly jobs: BackupJobs;
  readonly random: Random;
  /** Mode of the organism; undefined when nobody has told. */
  readonly mode: () => string | undefined;
  /** Groups that a restore holds now. */
  readonly held: () => readonly BackupGroup[];
};

/** One attempt of a task, as the work sees it. */
export type Run = {
  readonly epoch: number;
  /** Keeps the right to work, and says that it goes on. @throws when it is to stop */
  beat(held?: readonly BackupGroup[]): Promise<void>;
};
