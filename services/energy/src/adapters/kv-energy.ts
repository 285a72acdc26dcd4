import { type ModeRecord, modeRecord } from '@seedcore/contracts';
import { MeshError } from '@seedcore/protocol';
import { bucketAsset, type Store, StoreError, type Watch } from '@seedcore/store';
import { z } from 'zod';
import type { ModeStore, ModeView, ResultRecord, Results } from '../ports.ts';

const modeKey = 'mode';
const writeBudgetMs = 2000;
const resultLifetimeMs = 30 * 24 * 3600 * 1000;

/** The bucket `<ns>_energy`: the mode, and reported results for 30 days. */
export const energyAsset = bucketAsset('energy', 'The mode of the organism, and results reported to energy.', {
  expiringKeys: true,
});

const resultRecord = z.strictObject({
  report: z.json(),
  verdict: z.strictObject({
    delta_e_reported: z.number().nullable(),
    delta_e_measured: z.number().nullable(),
    agreement: z.enum(['agree', 'disagree', 'unknown']),
    weights: z.strictObject({
      alpha: z.number(),
      lambda: z.number(),
      beta: z.number(),
      lambda_drift: z.number(),
      mu_anomaly: z.number(),
    }),
  }),
  recorded_at: z.string(),
});

/** Reported results in the bucket. */
export function kvResults(store: Store): Results {
  const bucket = store.bucket<ResultRecord>({
    name: energyAsset.name,
    schema: resultRecord,
    version: 1,
    ttlMs: () => resultLifetimeMs,
  });
  return {
    keep: async (id, record) => (await bucket.createOnce(`result.${id}`, record)).value,
    get: async (id) => (await bucket.get(`result.${id}`, { fresh: true }))?.value,
  };
}

/** The mode in the bucket. */
export function kvModes(store: Store): ModeStore & { watch(): ModeView & { stop(): void } } {
  const bucket = store.bucket<ModeRecord>({ name: energyAsset.name, schema: modeRecord, version: 1 });
  return {
    read: async () => (await bucket.get(modeKey, { fresh: true }))?.value,
    write: async (record) => {
      try {
        const written = await bucket.update(modeKey, (now) => (now && now.epoch > record.epoch ? 'skip' : record), {
          budgetMs: writeBudgetMs,
        });
        return written.outcome === 'written' ? 'written' : 'fenced';
      } catch (error) {
        if (error instanceof MeshError || error instanceof StoreError) return 'failed';
        throw error;
      }
    },
    watch: () => {
      let latest: ModeRecord | undefined;
      const watch: Watch = bucket.watch(modeKey, ({ key, value }) => {
        if (key === modeKey) latest = value;
      });
      return { latest: () => latest, stop: () => watch.stop() };
    },
  };
}
