import { endpoint, service } from '@seedcore/protocol';
import { z } from 'zod';

/** How one piece of work goes. */
export const course = z.enum(['well', 'slow', 'declared', 'thrown', 'hanging']);
/** How one piece of work goes. */
export type Course = z.infer<typeof course>;

/** What the soak calls: work that goes as it is told. */
export const soak = service('soak', {
  doc: 'Works as well as it is told to.',
  version: '1.0.0',
  endpoints: {
    work: endpoint({
      doc: 'Works.',
      input: z.strictObject({ course, text: z.string() }),
      output: z.object({ text: z.string() }),
      failures: { unwilling: z.object({ text: z.string() }) },
      idempotent: true,
      deadlineMs: 1_000,
    }),
    tell: endpoint({
      doc: 'Tells numbers, one after the other.',
      input: z.strictObject({ to: z.int() }),
      output: z.object({ told: z.int() }),
      stream: z.object({ n: z.int() }),
      deadlineMs: 2_000,
    }),
    mirror: endpoint({
      doc: 'Returns what it gets, however large.',
      input: z.strictObject({ text: z.string() }),
      output: z.object({ text: z.string() }),
      idempotent: true,
      deadlineMs: 2_000,
    }),
  },
});

/** The caller is a service as well: hosts are what runs for weeks. */
export const soakCaller = service('soak_caller', {
  doc: 'Calls soak.',
  version: '1.0.0',
  endpoints: { nothing: endpoint({ doc: 'Nothing.', input: z.strictObject({}), output: z.object({}) }) },
});
