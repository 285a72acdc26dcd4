import { type Call, endpoint, event, implement, ok, service } from '@seedcore/protocol';
import { z } from 'zod';

/** A service that hands a call on to the next one. */
export const link = (name: string) =>
  service(name, {
    doc: 'Hands a call on.',
    version: '1.0.0',
    endpoints: {
      go: endpoint({
        doc: 'To the next, and back.',
        input: z.strictObject({ note: z.string().default('') }),
        output: z.object({ passed: z.int() }),
        idempotent: true,
        deadlineMs: 20_000,
      }),
    },
    events: { passed: event({ kind: 'lossy', doc: 'A call has come by.', data: z.object({ note: z.string() }) }) },
  });

type Link = ReturnType<typeof link>;

/** Its handler: one more than the next says. */
export const linkService = (contract: Link, next: (note: string, call: Call) => Promise<number>) =>
  implement(contract, { go: async ({ note }, call) => ok({ passed: 1 + (await next(note, call)) }) });
