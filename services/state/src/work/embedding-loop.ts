import { type Clock, delay, MeshError } from '@seedcore/protocol';
import type { Lease } from '@seedcore/store';
import { judged } from '../domain/embedded.ts';
import type { Wanted } from '../domain/vector-book.ts';
import type { Embeddable, Embedder, Embeddings } from '../embedding-ports.ts';

/** Texts that are embedded at once. */
export const BATCH = 32;
/** Longest wait for the vectors of a batch, in ms. */
const WITHIN_MS = 10_000;
/** Between two looks for texts without a vector, in ms. */
const LOOK_MS = 1000;
/** Longest pause after trouble, in ms; the first one is a look's, each further one twice the one before. */
const LONGEST_PAUSE_MS = 60_000;
/** How often it is asked which model there is now, and how often vectors of what is gone are looked for, in ms. */
const SURVEY_MS = 300_000;
/** Vectors of what is gone that are removed in one look. */
const MOST_DROPPED = 100;
/** Ids that are passed over because what is kept of them cannot be read; when there are more, all are tried again. */
const MOST_ASIDE = 1000;

/** What the loop needs. */
export type EmbeddingLoopPorts = {
  readonly clock: Clock;
  readonly embedder: Embedder;
  readonly kinds: readonly Embeddable[];
  /** Counts answers of a model that were no vector. */
  readonly onRejected: (n: number) => void;
};

/** What became of a look: whether there may be more to do at once, nothing to do, or trouble. */
type Look = 'busy' | 'idle' | 'trouble';

/**
 * Embeds texts that have no vector, or one of another model than there is now, in batches, until the lease ends.
 *
 * Whatever is embedded is read from the leader first, so that a new holder of the lease does not repeat what its picture has
 * not seen yet. A text is embedded twice only where a holder dies between the answer of the model and the write.
 */
export class EmbeddingLoop {
  readonly #ports: EmbeddingLoopPorts;
  readonly #aside = new Set<string>();
  /** The model that was asked last, where the choice was its own. */
  #model: string | undefined;
  #askAt = 0;
  #surveyAt = 0;

  constructor(ports: EmbeddingLoopPorts) {
    this.#ports = ports;
  }

  /** Runs until `lease` is lost. */
  async run(lease: Lease): Promise<void> {
    const { clock } = this.#ports;
    let pause = LOOK_MS;
    while (!lease.signal.aborted) {
      const look = await this.#look(lease).catch(unreachable);
      pause = look === 'trouble' ? Math.min(2 * pause, LONGEST_PAUSE_MS) : LOOK_MS;
      if (look !== 'busy') await delay(clock, pause, lease.signal);
    }
  }

  async #look(lease: Lease): Promise<Look> {
    for (const kind of this.#ports.kinds) {
      if (!kind.isFull()) continue;
      const wanted = this.#wantedOf(kind);
      if (wanted.length > 0) return this.#embed(kind, wanted, lease);
    }
    return this.#survey(lease);
  }

  /** At most a batch, all of which may be given to the same models. */
  #wantedOf(kind: Embeddable): readonly Wanted[] {
    if (this.#aside.size > MOST_ASIDE) this.#aside.clear();
    const all = kind.book.wanted(this.#model, BATCH + this.#aside.size).filter(({ id }) => !this.#aside.has(id));
    const [first] = all;
    return all.filter(({ noExternalEgress }) => noExternalEgress === first?.noExternalEgress).slice(0, BATCH);
  }

  async #embed(kind: Embeddable, wanted: readonly Wanted[], lease: Lease): Promise<Look> {
    const local = wanted[0]?.noExternalEgress ?? false;
    const fresh = await this.#stillWanted(kind, wanted);
    if (fresh.length === 0) return 'busy';
    const texts = fresh.map(({ text }) => text);
    const answer = await this.#ports.embedder.embed(texts, { withinMs: WITHIN_MS, local, signal: lease.signal });
    if ('none' in answer) return 'trouble';
    if (!local) this.#heard(answer.model);
    lease.check();
    return this.#keep(kind, fresh, answer);
  }

  /** What the leader says is there, without a vector. */
  async #stillWanted(kind: Embeddable, wanted: readonly Wanted[]): Promise<Wanted[]> {
    const known = await Promise.all(wanted.map(({ id }) => kind.refresh(id)));
    for (const [i, { id }] of wanted.entries()) if (known[i] === false) this.#aside.add(id);
    const local = wanted[0]?.noExternalEgress;
    return wanted
      .filter((_, i) => known[i])
      .flatMap(({ id }) => kind.book.wants(id, this.#model) ?? [])
      .filter(({ noExternalEgress }) => noExternalEgress === local);
  }

  async #keep(kind: Embeddable, wanted: readonly Wanted[], answer: Embeddings): Promise<Look> {
    const { model, dims, vectors } = answer;
    const known = kind.book.dims.get(model)?.dims;
    const all = wanted.map(({ id, of }, i) => ({
      id,
      embedded: judged(of, { model, dims, values: vectors[i] }, { kept: kind.book.keptOf(id), dims: known }),
    }));
    const kept = await Promise.all(all.map(({ id, embedded }) => kind.keep(id, embedded)));
    for (const [i, { id }] of all.entries()) if (!kept[i]) this.#aside.add(id);
    const rejected = all.filter(({ embedded }) => embedded.values === undefined).length;
    if (rejected > 0) this.#ports.onRejected(rejected);
    return rejected > 0 ? 'trouble' : 'busy';
  }

  /** Now and then: is there another model, and are there vectors of what is gone? */
  async #survey(lease: Lease): Promise<Look> {
    const now = this.#ports.clock.now();
    const full = this.#ports.kinds.filter((kind) => kind.isFull());
    if (now >= this.#surveyAt) {
      this.#surveyAt = now + SURVEY_MS;
      for (const kind of full) await dropOrphans(kind, lease);
    }
    if (now >= this.#askAt && full.some(({ book }) => book.dims.size > 0)) {
      this.#askAt = now + SURVEY_MS;
      const answer = await this.#ports.embedder.embed(['model'], { withinMs: WITHIN_MS, signal: lease.signal });
      if (!('none' in answer)) this.#model = answer.model;
    }
    return 'idle';
  }

  #heard(model: string): void {
    this.#model = model;
    this.#askAt = this.#ports.clock.now() + SURVEY_MS;
  }
}

async function dropOrphans(kind: Embeddable, lease: Lease): Promise<void> {
  for (const id of [...kind.book.orphans].slice(0, MOST_DROPPED)) {
    lease.check();
    await kind.drop(id);
  }
}

/** With the broker out of reach everything is as it was; the loop looks again later. */
function unreachable(error: unknown): Look {
  if (error instanceof MeshError) return 'trouble';
  throw error;
}
