import { endpoint, service } from '@seedcore/protocol';
import { z } from 'zod';

/** The downstream of the drill: work that may be repeated, done well by some instances and badly by others. */
export const downstream = service('downstream', {
  doc: 'Works for some milliseconds.',
  version: '1.0.0',
  endpoints: {
    work: endpoint({
      doc: 'Takes a number and gives it back.',
      input: z.strictObject({ n: z.int() }),
      output: z.object({ n: z.int() }),
      idempotent: true,
      deadlineMs: 3_000,
    }),
  },
});
