import { endpoint, service } from '@seedcore/protocol';
import { z } from 'zod';

const observation = z.strictObject({
  id: z.string().min(1).max(40),
  kind: z.enum(['reading', 'alarm', 'note']),
  at_ms: z.int().nonnegative(),
  score: z.number(),
  active: z.boolean(),
  text: z.string().max(200),
  tags: z.array(z.string().max(20)).max(8),
  position: z.strictObject({ x: z.number(), y: z.number() }),
});
const batch = z.strictObject({ observations: z.array(observation).max(200) });
const nothing = z.strictObject({});

/** One thing the measured services are sent and repeat. */
export type Observation = z.infer<typeof observation>;

/** The service that is measured: every endpoint repeats what it is sent. */
export const bench = service('bench', {
  doc: 'Repeats what it is sent, to be measured.',
  version: '1.0.0',
  endpoints: {
    nothing: endpoint({ doc: 'Takes and gives nothing.', input: nothing, output: nothing, idempotent: true }),
    observation: endpoint({ doc: 'One object.', input: observation, output: observation, idempotent: true }),
    batch: endpoint({ doc: 'Many objects.', input: batch, output: batch, idempotent: true }),
  },
});

/** The service the measured client is, so that its side has metrics and limits like any other. */
export const benchCaller = service('bench_caller', {
  doc: 'Calls the measured service.',
  version: '1.0.0',
  endpoints: { nothing: endpoint({ doc: 'Takes and gives nothing.', input: nothing, output: nothing }) },
});
