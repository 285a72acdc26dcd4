import { type SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { type Bucket, bucketAsset } from '@seedcore/store';
import { type MemoryBroker, type MemoryStore, memoryStore } from '@seedcore/store/testing';
import { z } from 'zod';
import type { Attempt, Operation, Outcome, Reading, Sighting, StoreHistory } from '../store-history.ts';
import { outcomeOf } from '../store-outcome.ts';
import { LoggedJetStream } from './logged-jetstream.ts';
import { noTrouble, type Trouble, unruly } from './unruly.ts';

const PROCESSES = 3;
const WRITERS = 2;
const ROUNDS = 4;
const STEP_MS = 20;
const MOST_STEPS = 60_000;

const spec = { name: 'marks', schema: z.strictObject({ n: z.int().optional(), by: z.string() }), version: 1 };
type Mark = z.output<typeof spec.schema>;

/** A bug put into one process's connection. */
export type Plant = (broker: MemoryBroker) => void;
type Parts = { operations: Operation[]; readings: Reading[]; sightings: Sighting[]; attempts: Attempt[] };

/** Processes that count, create and commit the same keys over unruly or calm connections: what happened, and what befell them. */
export async function simulateRecords(
  random: SeededRandom,
  plant: Plant = () => undefined,
  calm = false,
): Promise<{ readonly history: StoreHistory; readonly trouble: Trouble }> {
  const clock = new VirtualClock();
  const server = new LoggedJetStream(clock, spec.name);
  const trouble = noTrouble();
  const parts: Parts = { operations: [], readings: [], sightings: [], attempts: [] };
  const stores = Array.from({ length: PROCESSES }, (_, i) =>
    memoryStore({ clock, server, random: random.fork(`store ${i}`) }),
  );
  await stores[0]?.provision([bucketAsset(spec.name, 'What is marked.')]);
  server.keep(spec.name);
  const work = stores.map((store, i) => {
    const link = unruly(store.broker, random.fork(`link ${i}`), { trouble, attempts: parts.attempts });
    if (calm) link.calm();
    plant(store.broker);
    return new Process(`p${i}`, store, parts).run();
  });
  await passing(clock, Promise.all(work));
  await clock.advance(60_000); // what was stuck arrives, watches hear of it
  for (const store of stores) await passing(clock, store.close());
  return { history: { ...parts, log: server.log }, trouble };
}

/** One process and its writers. */
class Process {
  readonly #name: string;
  readonly #store: MemoryStore;
  readonly #bucket: Bucket<Mark>;
  readonly #parts: Parts;

  constructor(name: string, store: MemoryStore, parts: Parts) {
    this.#name = name;
    this.#store = store;
    this.#parts = parts;
    this.#bucket = store.bucket(spec);
  }

  async run(): Promise<void> {
    this.#bucket.watch('', ({ key, rev, value }) =>
      this.#parts.sightings.push({ process: this.#name, key, rev, gone: value === undefined }),
    );
    await Promise.all(Array.from({ length: WRITERS }, (_, w) => this.#write(`${this.#name}-${w}`)));
  }

  async #write(writer: string): Promise<void> {
    for (let round = 0; round < ROUNDS; round++) {
      const id = `${writer}-${round}`;
      await this.#operation({ id: `${id}-u`, kind: 'update', keys: ['sum'] }, async (by) => {
        const { rev } = await this.#bucket.update('sum', (now) => ({ n: (now?.n ?? 0) + 1, by }));
        return { revs: [rev] };
      });
      await this.#operation({ id: `${id}-c`, kind: 'create', keys: [`once-${round}`] }, async (by) => {
        const { rev, value, created } = await this.#bucket.createOnce(`once-${round}`, { by });
        return { winner: value.by, ...(created ? { revs: [rev] } : {}) };
      });
      await this.#operation({ id: `${id}-b`, kind: 'commit', keys: ['left', 'right'] }, (by) => this.#commit(by));
      for (const key of ['left', 'right', 'left']) await this.#read(key);
    }
  }

  async #commit(by: string): Promise<{ readonly revs: readonly number[] }> {
    const keys = ['left', 'right'];
    const now = await Promise.all(keys.map((key) => this.#bucket.get(key, { fresh: true })));
    const changes = keys.map((key, i) => ({ key, expect: now[i]?.rev ?? 0, value: { by } }));
    return { revs: await this.#bucket.commit(changes) };
  }

  async #read(key: string): Promise<void> {
    const { clock } = this.#store.broker;
    const start = clock.now();
    const found = await this.#bucket.get(key, { fresh: true }).catch(outcomeOf);
    if (typeof found === 'string') return; // nothing was read
    this.#parts.readings.push({ process: this.#name, key, rev: found?.rev ?? 0, start, end: clock.now() });
  }

  async #operation(
    asked: Pick<Operation, 'id' | 'kind' | 'keys'>,
    act: (id: string) => Promise<Pick<Operation, 'revs' | 'winner'>>,
  ): Promise<void> {
    const { clock } = this.#store.broker;
    const start = clock.now();
    const ended = (outcome: Outcome, told: Pick<Operation, 'revs' | 'winner'> = {}) =>
      this.#parts.operations.push({ process: this.#name, ...asked, start, end: clock.now(), outcome, ...told });
    await act(asked.id).then(
      (told) => ended('done', told),
      (error: unknown) => ended(outcomeOf(error)),
    );
  }
}

/** Lets time pass until `work` is done. */
export async function passing<T>(clock: VirtualClock, work: Promise<T>): Promise<T> {
  let done = false;
  const end = () => {
    done = true;
  };
  work.then(end, end);
  for (let steps = 0; !done && steps < MOST_STEPS; steps++) await clock.advance(STEP_MS);
  if (!done) throw new Error('it never ended');
  return work;
}
