import { type RemoteSkillRecord, remoteSkillRecord, type WorkerRecord, workerRecord } from '@seedcore/contracts';
import { type Bucket, bucketAsset, type Change, type Store } from '@seedcore/store';
import { z } from 'zod';
import type { KeptWorker, WorkerRecords, WorkersChange } from '../workers/worker-records.ts';

/** Where workers and their skills are kept; revisions are handles of workers. */
export const workersAsset = bucketAsset('workers', 'Workers in any language, and the skills they have.', {
  epochs: true,
  expiringKeys: true,
});

/** A skill is known for a day after it was last brought. */
const SKILL_TTL_MS = 86_400_000;

const kept = z.union([workerRecord, remoteSkillRecord]);
type Kept = WorkerRecord | RemoteSkillRecord;

const isWorker = (value: Kept): value is WorkerRecord => 'worker' in value;
const workerKey = (name: string) => `worker.${name}`;

/** Workers and their skills in the bucket `<ns>_workers`. */
export class StoreWorkers implements WorkerRecords {
  readonly #all: Bucket<Kept>;
  readonly #workers: Bucket<WorkerRecord>;
  readonly #skills: Bucket<RemoteSkillRecord>;

  constructor(store: Store) {
    const { name } = workersAsset;
    this.#all = store.bucket<Kept>({ name, schema: kept, version: 1 });
    this.#workers = store.bucket({ name, schema: workerRecord, version: 1 });
    this.#skills = store.bucket({ name, schema: remoteSkillRecord, version: 1 });
  }

  async read(worker: string): Promise<KeptWorker | undefined> {
    const found = await this.#workers.get(workerKey(worker), { fresh: true });
    return found && { record: found.value, rev: found.rev };
  }

  async write(record: WorkerRecord, rev: number): Promise<KeptWorker | undefined> {
    const written = await this.#workers.update(workerKey(record.worker), (now, at) =>
      (now === undefined ? 0 : at) === rev ? record : 'skip',
    );
    return written.outcome === 'written' ? { record, rev: written.rev } : undefined;
  }

  async remove(worker: string, rev: number): Promise<void> {
    await this.#workers.update(workerKey(worker), (_now, at) => (at === rev ? 'remove' : 'skip'));
  }

  async declare(skill: string, change: (now: RemoteSkillRecord | undefined) => RemoteSkillRecord) {
    const { value, rev } = await this.#skills.update(`skill.${skill}`, change, { ttlMs: SKILL_TTL_MS });
    return { record: value, rev };
  }

  async watch(listener: (change: WorkersChange) => void): Promise<void> {
    const watch = this.#all.watch('', (change) => {
      const known = changeOf(change);
      if (known !== undefined) listener(known);
    });
    await watch.ready;
  }
}

/** What a change of the bucket means; keys of other kinds, which later versions may add, mean nothing here. */
function changeOf({ key, value, rev }: Change<Kept>): WorkersChange | undefined {
  const [kind, name] = key.split('.', 2);
  if (name === undefined) return undefined;
  if (kind === 'worker' && (value === undefined || isWorker(value))) return { kind, name, record: value, rev };
  if (kind === 'skill' && (value === undefined || !isWorker(value))) return { kind, name, record: value, rev };
  return undefined;
}
