import { z } from 'zod';
import { payloadNames } from './payloads.ts';

/** What a process under measurement is asked by the one that measures. */
export const ask = z.discriminatedUnion('ask', [
  z.strictObject({
    ask: z.literal('slice'),
    payload: z.enum(payloadNames),
    inFlight: z.int().min(1).max(10_000),
    ms: z.number().positive().max(60_000),
  }),
  z.strictObject({ ask: z.literal('cpu') }),
]);
/** One question. */
export type Ask = z.infer<typeof ask>;

/** What one side saw of one slice. */
export const sliceSeen = z.object({
  calls: z.int().positive(),
  elapsedMs: z.number().positive(),
  p50Ms: z.number().nonnegative(),
  p99Ms: z.number().nonnegative(),
  /** User and system time of the process. */
  cpuMs: z.number().nonnegative(),
  /** On the JavaScript heap; what buffers hold outside of it is not counted. */
  allocatedBytes: z.number().nonnegative(),
});
/** What a client saw of one slice. */
export type SliceSeen = z.infer<typeof sliceSeen>;

/** What such a process says. */
export const say = z.discriminatedUnion('say', [
  z.object({ say: z.literal('ready') }),
  z.object({ say: z.literal('slice'), seen: sliceSeen }),
  z.object({ say: z.literal('cpu'), cpuMs: z.number().nonnegative() }),
  z.object({ say: z.literal('failed'), reason: z.string() }),
]);
/** One answer. */
export type Say = z.infer<typeof say>;
