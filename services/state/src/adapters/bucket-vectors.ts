import { vector } from '@seedcore/contracts';
import { type Bucket, type Store, StoreError, type Watch } from '@seedcore/store';
import { z } from 'zod';
import { decodeVector, encodeVector } from '../domain/agent-vector.ts';
import type { Embedded } from '../domain/embedded.ts';
import type { VectorBook } from '../domain/vector-book.ts';
import type { Embeddable } from '../embedding-ports.ts';
import type { Followed, Reading } from '../ports.ts';
import { unreadable } from './unreadable.ts';

const kept = z.strictObject({
  of: z.string().describe('mark of the text'),
  model: z.string(),
  vector: vector.optional().describe('absent when what the model answered was none'),
  rejected: z.int().nonnegative().describe('answers in a row that were none'),
});
type Kept = z.output<typeof kept>;

/** Before the key of a thing in `<ns>_memory`: its vector. */
export const VECTOR_PREFIX = 'v.';

/** Things with a text: records that are followed and can be read from the leader. */
export type Things = Pick<Followed<never>, 'fill'> & { read(id: string): Promise<Reading<unknown>> };

/** Vectors of one kind of things, in the bucket of the things, as `v.<key of the thing>`; followed from the start. */
export class BucketVectors implements Embeddable {
  readonly book: VectorBook;
  readonly #bucket: Bucket<Kept>;
  readonly #prefix: string;
  readonly #things: Things;
  readonly #watch: Watch;
  #isFull = false;

  /** @param prefix of the keys of the things, for example `f.` */
  constructor(store: Store, prefix: string, { things, book }: { things: Things; book: VectorBook }) {
    this.#bucket = store.bucket({ name: 'memory', schema: kept, version: 1 });
    this.#prefix = `${VECTOR_PREFIX}${prefix}`;
    this.#things = things;
    this.book = book;
    this.#watch = this.#bucket.watch(this.#prefix, ({ key, rev, value }) =>
      this.#take(key.slice(this.#prefix.length), rev, value),
    );
    void this.#watch.ready.then(() => {
      this.#isFull = true;
    });
  }

  isFull(): boolean {
    return this.#isFull && Number.isFinite(this.#things.fill().lagMs);
  }

  async refresh(id: string): Promise<boolean> {
    const [thing, isReadable] = await Promise.all([this.#things.read(id), this.#read(id)]);
    return isReadable && thing.kind === 'found';
  }

  async keep(id: string, embedded: Embedded): Promise<boolean> {
    const { values, ...rest } = embedded;
    const wish: Kept = { ...rest, ...(values && { vector: encodeVector(values) }) };
    try {
      const written = await this.#bucket.update(`${this.#prefix}${id}`, (now) =>
        isSettled(now, wish) ? 'skip' : wish,
      );
      this.#take(id, written.rev, written.value);
      return true;
    } catch (error) {
      return refused(error);
    }
  }

  async drop(id: string): Promise<void> {
    if ((await this.#things.read(id)).kind !== 'absent') return;
    const { rev } = await this.#bucket.update(`${this.#prefix}${id}`, () => 'remove');
    this.#take(id, rev, undefined);
  }

  async #read(id: string): Promise<boolean> {
    try {
      const read = await this.#bucket.get(`${this.#prefix}${id}`, { fresh: true });
      if (read !== undefined) this.#take(id, read.rev, read.value);
      return true;
    } catch (error) {
      return refused(error);
    }
  }

  #take(id: string, rev: number, value: Kept | undefined): void {
    this.book.take({ id, rev, value: value && embeddedOf(value) });
  }
}

/** Nobody writes over a vector of the same text by the same model. */
const isSettled = (now: Kept | undefined, wish: Kept): boolean =>
  now?.vector !== undefined && now.of === wish.of && now.model === wish.model;

function embeddedOf({ of, model, vector: numbers, rejected }: Kept): Embedded {
  const values = numbers && decodeVector(numbers);
  return values === undefined ? { of, model, rejected } : { of, model, values, rejected };
}

/** A record that cannot be read is left alone; so is one that others keep writing. */
function refused(error: unknown): false {
  if (error instanceof StoreError && error.code === 'conflict') return false;
  unreadable(error);
  return false;
}
