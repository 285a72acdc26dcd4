import { endpoint, service } from '@seedcore/protocol';
import { z } from 'zod';

/** A service as small as one can be, copied and grown by a test. */
export const notebook = service('notebook', {
  doc: 'Keeps notes while it runs.',
  version: '1.0.0',
  endpoints: {
    write: endpoint({
      doc: 'Keeps a note.',
      input: z.strictObject({ note: z.string().min(1).max(1_000).meta({ example: 'buy milk' }) }),
      output: z.object({ kept: z.int() }),
    }),
  },
});
