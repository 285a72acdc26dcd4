import { z } from 'zod';

/** What a process under measurement is asked by the one that measures. */
export const ask = z.discriminatedUnion('ask', [
  /** Keeps submits under way for a time; with `keyed`, each under an idempotency key. */
  z.strictObject({
    ask: z.literal('submit'),
    ms: z.number().positive().max(60_000),
    inFlight: z.int().min(1).max(1_000),
    keyed: z.boolean(),
  }),
  /** Submits one task after the other and waits for the result of each. */
  z.strictObject({ ask: z.literal('wait'), count: z.int().min(1).max(10_000) }),
  /** Begins to work; with `results`, somebody waits for what the tasks come to. */
  z.strictObject({ ask: z.literal('open'), slots: z.int().min(1).max(256), results: z.boolean() }),
  /** Answers once so many tasks are finished since it was opened. */
  z.strictObject({ ask: z.literal('finished'), count: z.int().nonnegative() }),
  z.strictObject({ ask: z.literal('close') }),
]);
/** One question. */
export type Ask = z.infer<typeof ask>;

/** What such a process says. */
export const say = z.discriminatedUnion('say', [
  z.object({ say: z.literal('ready') }),
  z.object({
    say: z.literal('submitted'),
    accepted: z.int().positive(),
    elapsedMs: z.number().positive(),
    p50Ms: z.number().nonnegative(),
    p99Ms: z.number().nonnegative(),
  }),
  z.object({
    say: z.literal('waited'),
    startMs: z.array(z.number()),
    wakeMs: z.array(z.number()),
    wholeMs: z.array(z.number()),
  }),
  z.object({ say: z.literal('opened') }),
  /** From the first task taken since it was opened to the last one finished. */
  z.object({ say: z.literal('worked'), elapsedMs: z.number().nonnegative() }),
  z.object({ say: z.literal('closed') }),
  z.object({ say: z.literal('failed'), reason: z.string() }),
]);
/** One answer. */
export type Say = z.infer<typeof say>;
