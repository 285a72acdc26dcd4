import { type Call, type Clock, delay, endpoint, fail, implement, ok, service } from '@seedcore/protocol';
import { z } from 'zod';

/** A contract with streams of every kind, and bodies of any size. */
export const teller = service('teller', {
  doc: 'Tells numbers.',
  version: '1.0.0',
  endpoints: {
    count: endpoint({
      doc: 'Counts up to a number.',
      input: z.strictObject({ to: z.int(), fails: z.boolean().default(false), every_ms: z.int().default(0) }),
      output: z.object({ counted: z.int() }),
      failures: { bored: z.object({ at: z.int() }) },
      stream: z.object({ n: z.int() }),
      deadlineMs: 120_000,
    }),
    mirror: endpoint({
      doc: 'Returns what it gets.',
      input: z.strictObject({ text: z.string() }),
      output: z.object({ text: z.string() }),
      idempotent: true,
      maxBytes: 16_777_216,
    }),
    note: endpoint({
      doc: 'Notes a word.',
      input: z.strictObject({ word: z.string() }),
      output: z.object({}),
      oneway: true,
    }),
  },
});

/** What the handlers did. */
export type Told = { written: number; runs: number; ended: unknown[]; notes: string[]; calls: Call[] };

/** Handlers over a clock, and what they did. */
export function tellerService(clock: Clock) {
  const told: Told = { written: 0, runs: 0, ended: [], notes: [], calls: [] };
  const implementation = implement(teller, {
    count: async ({ to, fails, every_ms }, call) => {
      told.runs += 1;
      told.calls.push(call);
      try {
        for (let n = 0; n < to; n++) {
          if (every_ms > 0) await delay(clock, every_ms, call.signal);
          await call.stream?.write({ n });
          told.written += 1;
        }
      } catch (error) {
        told.ended.push(error);
        throw error;
      }
      return fails ? fail('bored', { at: to }) : ok({ counted: to });
    },
    mirror: ({ text }) => ok({ text }),
    note: ({ word }) => {
      told.notes.push(word);
      return ok({});
    },
  });
  return { implementation, told };
}
