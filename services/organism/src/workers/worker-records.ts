import type { RemoteSkillRecord, WorkerRecord } from '@seedcore/contracts';

/** A worker as it was written. */
export type KeptWorker = { readonly record: WorkerRecord; readonly rev: number };

/** One change of what is kept of workers; no record: it is gone. */
export type WorkersChange =
  | { readonly kind: 'worker'; readonly name: string; readonly record: WorkerRecord | undefined; readonly rev: number }
  | {
      readonly kind: 'skill';
      readonly name: string;
      readonly record: RemoteSkillRecord | undefined;
      readonly rev: number;
    };

/** What all replicas know of workers. */
export interface WorkerRecords {
  /** As the leader has it. */
  read(worker: string): Promise<KeptWorker | undefined>;
  /** Writes a worker that is still at this revision, 0 for one that is not there; undefined when somebody else was faster. */
  write(record: WorkerRecord, rev: number): Promise<KeptWorker | undefined>;
  /** Removes a worker that is still at this revision. */
  remove(worker: string, rev: number): Promise<void>;
  /** Changes a skill by compare-and-set, and keeps it for another day; what `change` throws is passed on. */
  declare(
    skill: string,
    change: (now: RemoteSkillRecord | undefined) => RemoteSkillRecord,
  ): Promise<{ readonly record: RemoteSkillRecord; readonly rev: number }>;
  /** Hands over what there is, then every change; resolves when the first set is complete. */
  watch(listener: (change: WorkersChange) => void): Promise<void>;
}
