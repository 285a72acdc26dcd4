import { endpoint, id, service } from '@seedcore/protocol';
import { z } from 'zod';

const work = z.strictObject({ key: id, ms: z.int().min(0).max(60_000) });
const traits = { input: work, output: z.object({}), deadlineMs: 1_000 };

/** Does the work at the end of a chain. */
export const back = service('back', {
  doc: 'Does work of a given length.',
  version: '1.0.0',
  endpoints: {
    read: endpoint({ doc: 'Work that may be repeated.', ...traits, idempotent: true }),
    write: endpoint({ doc: 'Work that may not.', ...traits }),
    check: endpoint({ doc: 'Refuses most of what it is given.', ...traits, idempotent: true }),
  },
});

/** Does work by asking somebody else. */
export const front = service('front', {
  doc: 'Hands work on.',
  version: '1.0.0',
  endpoints: { relay: endpoint({ doc: 'Reads, elsewhere.', ...traits, deadlineMs: 2_000, idempotent: true }) },
});

/** The same promises, but for one that is not true: that a write may be repeated. */
export const backWithRepeatableWrites = service('back', {
  doc: back.doc,
  version: back.version,
  endpoints: { ...back.endpoints, write: { ...back.endpoints.write, idempotent: true } },
});
