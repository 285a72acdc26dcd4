import { type Call, type Clock, delay, endpoint, fail, implement, ok, service } from '@seedcore/protocol';
import { z } from 'zod';

/** A contract with one of everything the path of a request depends on. */
export const sample = service('sample', {
  doc: 'For tests of the path itself.',
  version: '1.0.0',
  endpoints: {
    echo: endpoint({
      doc: 'Returns its text.',
      input: z.strictObject({
        text: z.string().max(20).default('hi'),
        count: z.int().optional(),
        at: z.array(z.number()).optional(),
      }),
      output: z.object({ text: z.string() }),
      failures: { forbidden_word: z.object({ word: z.string() }) },
      idempotent: true,
      maxBytes: 2_000,
    }),
    slow: endpoint({ doc: 'Takes 100 ms.', input: z.strictObject({}), output: z.object({}), deadlineMs: 1_000 }),
    deaf: endpoint({
      doc: 'Takes a minute, hears no signal.',
      input: z.strictObject({}),
      output: z.object({}),
      deadlineMs: 50,
    }),
    careful: endpoint({ doc: 'Needs 200 ms.', input: z.strictObject({}), output: z.object({}), floorMs: 200 }),
  },
});

/** What the handlers saw. */
export type Seen = { echo: number; slow: number; deaf: number; aborted: number; calls: Call[] };

/** Handlers over a clock, and what they saw. */
export function sampleService(clock: Clock) {
  const seen: Seen = { echo: 0, slow: 0, deaf: 0, aborted: 0, calls: [] };
  const implementation = implement(sample, {
    echo: ({ text }, call) => {
      seen.echo += 1;
      seen.calls.push(call);
      return text === 'no' ? fail('forbidden_word', { word: text }) : ok({ text });
    },
    slow: async (_input, call) => {
      seen.slow += 1;
      call.signal.addEventListener('abort', () => {
        seen.aborted += 1;
      });
      await delay(clock, 100, call.signal);
      return ok({});
    },
    deaf: async () => {
      seen.deaf += 1;
      await delay(clock, 60_000);
      return ok({});
    },
    careful: () => ok({}),
  });
  return { implementation, seen };
}
