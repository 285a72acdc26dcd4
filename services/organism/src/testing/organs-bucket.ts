import type { Bucket, Store } from '@seedcore/store';
import { z } from 'zod';
import { organsAsset } from '../adapters/store-records.ts';

type AnyRecord = { readonly [field: string]: unknown };

/** The records of organs and agents as they are kept, for a test that plays somebody else. */
export const organsBucket = (store: Store): Bucket<AnyRecord> =>
  store.bucket({ name: organsAsset.name, schema: z.record(z.string(), z.unknown()), version: 1 });

/** Lets an organ have a hundred agents. */
export const makeRoom = (store: Store, organId: string) =>
  organsBucket(store).update(`organ.${organId}`, (now) => ({ ...now, max_agents: 100 }));
