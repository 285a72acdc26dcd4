import { type BeliefRecord, type BeliefRequest, beliefRecord, beliefRequest } from '@seedcore/contracts';
import { delay, sha256 } from '@seedcore/protocol';
import { type Bucket, KeyQueue, type Store, StoreError } from '@seedcore/store';
import { z } from 'zod';
import type { BeliefVerdict } from '../domain/belief.ts';
import type { BeliefChanged, Beliefs, Reading, Request, Revised } from '../ports.ts';
import { unreadable } from './unreadable.ts';

/** A repeat is known for so long. */
const REMEMBERED_MS = 86_400_000;
/** Longest pause before another try, in ms; the first ones are shorter. */
const PAUSE_MS = 100;

/** Beliefs as `<project>`, and what changed them as `q.<project>.<hash of the request>`, always written together. */
export class BucketBeliefs implements Beliefs {
  readonly #bucket: Bucket<BeliefRecord | BeliefRequest>;
  readonly #store: Store;
  /** One change of a project at a time: replicas compete, not callers. */
  readonly #queue = new KeyQueue();

  constructor(store: Store) {
    this.#store = store;
    this.#bucket = store.bucket({ name: 'beliefs', schema: z.union([beliefRecord, beliefRequest]), version: 1 });
  }

  async read(projectId: string, { fresh }: { readonly fresh: boolean }): Promise<Reading<BeliefRecord>> {
    try {
      const read = await this.#bucket.get(projectId, { fresh });
      return read === undefined ? { kind: 'absent' } : { kind: 'found', value: belief(read.value), rev: read.rev };
    } catch (error) {
      return unreadable(error);
    }
  }

  async history(projectId: string): Promise<readonly Revised<BeliefRecord>[]> {
    return (await this.#bucket.history(projectId)).map(({ value, rev }) => ({ value: belief(value), rev }));
  }

  change(
    request: Request,
    judge: (now: BeliefRecord | undefined, rev: number) => BeliefVerdict,
    withinMs: number,
  ): Promise<BeliefChanged> {
    const { clock } = this.#store.broker;
    const endsAt = clock.now() + withinMs;
    return this.#queue.run(request.project_id, async () => {
      for (let tries = 1; ; tries++) {
        const ended = await this.#try(request, judge);
        if (ended !== undefined) return ended;
        if (clock.now() >= endsAt) return { kind: 'contended', tries };
        await delay(clock, Math.min(PAUSE_MS, 2 ** tries) * this.#store.broker.random.next());
      }
    });
  }

  /** Undefined when somebody else was quicker. */
  async #try(
    { project_id, request_id }: Request,
    judge: (now: BeliefRecord | undefined, rev: number) => BeliefVerdict,
  ): Promise<BeliefChanged | undefined> {
    const name = `q.${project_id}.${sha256(request_id).slice(0, 32)}`;
    const [now, known] = await Promise.all([
      this.read(project_id, { fresh: true }),
      this.#bucket.get(name, { fresh: true }),
    ]);
    if (now.kind === 'corrupt') return now;
    // The belief was written right before the request, in one batch.
    if (known !== undefined) return { kind: 'done', turn: known.value.turn, revision: known.rev - 1, duplicate: true };
    const rev = now.kind === 'found' ? now.rev : 0;
    const verdict = judge(now.kind === 'found' ? now.value : undefined, rev);
    if (verdict.kind !== 'changed') return verdict;
    const { turn } = verdict.record;
    try {
      const [revision = 0] = await this.#bucket.commit([
        { key: project_id, expect: rev, value: verdict.record },
        { key: name, expect: 0, value: { request_id, turn }, ttlMs: REMEMBERED_MS },
      ]);
      return { kind: 'done', turn, revision, duplicate: false };
    } catch (error) {
      if (error instanceof StoreError && error.code === 'conflict') return undefined;
      return unreadable(error);
    }
  }
}

function belief(value: BeliefRecord | BeliefRequest): BeliefRecord {
  if ('project_id' in value) return value;
  throw new Error('a request is kept where a belief should be');
}
