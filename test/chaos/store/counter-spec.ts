import { bucketAsset } from '@seedcore/store';
import { z } from 'zod';

/** Key of the number that everybody counts up. */
export const KEY = 'sum';
/** Keeps every write, so that the stream under the bucket is the whole history. */
export const counterAsset = bucketAsset('counted', 'A number and all it ever was.', { history: 1_000_000 });
/** The number, the operation that made it, and the last operation of each writer in it. */
export const counterSpec = {
  name: 'counted',
  schema: z.strictObject({ n: z.int(), by: z.string(), last: z.record(z.string(), z.int()) }),
  version: 1,
};
/** One value of the counter. */
export type Counted = z.output<typeof counterSpec.schema>;
