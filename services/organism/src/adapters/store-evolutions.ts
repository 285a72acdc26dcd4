import { type EvolutionRecord, evolutionRecord, organName } from '@seedcore/contracts';
import { id } from '@seedcore/protocol';
import { type Bucket, bucketAsset, type Store, StoreError } from '@seedcore/store';
import { z } from 'zod';
import { type Evolutions, isOver } from '../evolution/evolution-ports.ts';

/** Where evolutions are kept: `evo.<organ>` the last one asked of an organ, `claim.<organ>` the last that concerned it. */
export const evolutionsAsset = bucketAsset('evolutions', 'How organs change their shape, and which one may.', {
  history: 5,
});

/** How often a claim is tried when somebody else's write came between. */
const TRIES = 5;

const claim = z.strictObject({ organ_id: organName, claimed_by: id, lead: organName });
const kept = z.union([evolutionRecord, claim]);
type Kept = z.output<typeof kept>;

const isEvolution = (value: Kept): value is EvolutionRecord => 'evolution_id' in value;
const evolutionKey = (organId: string) => `evo.${organId}`;
const claimKey = (organId: string) => `claim.${organId}`;

/**
 * Evolutions in the bucket `<ns>_evolutions`. An organ is claimed by the evolution its claim names, as long as that one is the
 * last of its lead and has not ended; so an end frees every organ by one write.
 */
export class StoreEvolutions implements Evolutions {
  readonly #bucket: Bucket<Kept>;

  constructor(store: Store) {
    this.#bucket = store.bucket<Kept>({ name: evolutionsAsset.name, schema: kept, version: 1 });
  }

  async begin(record: EvolutionRecord): ReturnType<Evolutions['begin']> {
    const { lead, organs, evolution_id } = record;
    for (let tries = 1; ; tries++) {
      const claims = await Promise.all(organs.map((organId) => this.#claimOn(organId)));
      const running = claims.find(({ by }) => by !== undefined && by !== evolution_id);
      if (running?.by !== undefined) return { running: { evolution_id: running.by, organ_id: running.organId } };
      const own = await this.#bucket.get(evolutionKey(lead), { fresh: true });
      try {
        await this.#bucket.commit([
          { key: evolutionKey(lead), expect: own?.rev ?? 0, value: record },
          ...claims.map(({ organId, rev }) => ({
            key: claimKey(organId),
            expect: rev,
            value: { organ_id: organId, claimed_by: evolution_id, lead },
          })),
        ]);
        return {};
      } catch (error) {
        if (!(error instanceof StoreError && error.code === 'conflict') || tries === TRIES) throw error;
      }
    }
  }

  async read(lead: string): Promise<EvolutionRecord | undefined> {
    const found = await this.#bucket.get(evolutionKey(lead), { fresh: true });
    return found !== undefined && isEvolution(found.value) ? found.value : undefined;
  }

  async change(lead: string, change: (now: EvolutionRecord) => EvolutionRecord | 'skip'): Promise<boolean> {
    const { outcome } = await this.#bucket.update(evolutionKey(lead), (now) =>
      now !== undefined && isEvolution(now) ? change(now) : 'skip',
    );
    return outcome === 'written';
  }

  async watch(listener: (record: EvolutionRecord) => void): Promise<void> {
    const { ready } = this.#bucket.watch('evo.', ({ value }) => {
      if (value !== undefined && isEvolution(value)) listener(value);
    });
    await ready;
  }

  /** The evolution that holds an organ, if any, and the revision of the claim. */
  async #claimOn(organId: string): Promise<{ organId: string; rev: number; by: string | undefined }> {
    const found = await this.#bucket.get(claimKey(organId), { fresh: true });
    if (found === undefined || isEvolution(found.value)) return { organId, rev: found?.rev ?? 0, by: undefined };
    const { claimed_by, lead } = found.value;
    const holder = await this.read(lead);
    const holds = holder?.evolution_id === claimed_by && !isOver(holder);
    return { organId, rev: found.rev, by: holds ? claimed_by : undefined };
  }
}
