import type { Mesh } from '@seedcore/mesh';
import { endpoint, type Implementation, implement, ok, service } from '@seedcore/protocol';
import { z } from 'zod';

/** Namespace of the banks. */
export const NS = 'banking';
/** Where a bank tells what its handlers do: `ran` and `aborted`, with its instance. */
export const RAN = 'banking.told.ran';
export const ABORTED = 'banking.told.aborted';

/** A service that keeps replies, streams, and takes bodies of any size. */
export const bank = service('bank', {
  doc: 'Moves money, counts it, and repeats letters.',
  version: '1.0.0',
  endpoints: {
    spend: endpoint({
      doc: 'Spends, after holding the money for a while.',
      input: z.strictObject({ amount: z.int(), hold_ms: z.int().default(0) }),
      output: z.object({ receipt: z.string() }),
      replays: true,
      maxBytes: 10_000,
    }),
    count: endpoint({
      doc: 'Counts coins.',
      input: z.strictObject({ to: z.int() }),
      output: z.object({ counted: z.int() }),
      stream: z.object({ n: z.int() }),
      deadlineMs: 120_000,
    }),
    mirror: endpoint({
      doc: 'Returns a letter.',
      input: z.strictObject({ text: z.string() }),
      output: z.object({ text: z.string() }),
      idempotent: true,
      deadlineMs: 30_000,
      maxBytes: 16_777_216,
    }),
  },
});

const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** The handlers of one bank; everything they do is told on the bus, where it outlives the process. */
export function bankService(mesh: Mesh): Implementation<typeof bank> {
  const tell = (subject: string) => mesh.transport.publish(subject, new TextEncoder().encode(mesh.instance));
  let spent = 0;
  return implement(bank, {
    spend: async ({ hold_ms }) => {
      tell(RAN);
      await sleep(hold_ms);
      spent += 1;
      return ok({ receipt: `${mesh.instance} ${spent}` });
    },
    count: async ({ to }, call) => {
      call.signal.addEventListener('abort', () => tell(ABORTED));
      for (let n = 0; n < to; n++) await call.stream?.write({ n });
      return ok({ counted: to });
    },
    mirror: ({ text }) => ok({ text }),
  });
}
