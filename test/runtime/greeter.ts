import { endpoint, event, fail, type Implementation, id, implement, MeshError, ok, service } from '@seedcore/protocol';
import { z } from 'zod';

/** A small service for tests of the runtime against a real server. */
export const greeter = service('greeter', {
  doc: 'Greets people, slowly when asked.',
  version: '1.2.3',
  endpoints: {
    greet: endpoint({
      doc: 'Says hello.',
      input: z.strictObject({
        person: z.string().min(1).max(40).default('you'),
        times: z.int().min(1).max(9).default(1),
        ratio: z.number().optional(),
        card: id.optional(),
      }),
      output: z.object({ text: z.string() }),
      failures: { stranger: z.object({ person: z.string() }) },
      idempotent: true,
      maxBytes: 20_000,
    }),
    wait: endpoint({
      doc: 'Answers after some milliseconds.',
      input: z.strictObject({ ms: z.int().min(0).max(60_000).meta({ example: 5 }) }),
      output: z.object({ waited_ms: z.number() }),
      deadlineMs: 20_000,
    }),
    fail_somehow: endpoint({
      doc: 'Fails in the way it is told.',
      input: z.strictObject({ how: z.enum(['not', 'sync', 'async', 'text', 'newline', 'dependency']) }),
      output: z.object({}),
      idempotent: true,
    }),
    runs: endpoint({
      doc: 'How many handlers have run and seen their signal, and the heap in bytes after a collection.',
      input: z.strictObject({}),
      output: z.object({ greet: z.int(), wait: z.int(), aborted: z.int(), heap_bytes: z.number() }),
      idempotent: true,
    }),
  },
  events: { greeted: event({ doc: 'Somebody was greeted.', data: z.object({ person: z.string() }), kind: 'lossy' }) },
});

const sleep = (ms: number, signal: AbortSignal): Promise<void> =>
  new Promise((resolve, reject) => {
    const timer = setTimeout(resolve, ms);
    signal.addEventListener('abort', () => {
      clearTimeout(timer);
      reject(signal.reason);
    });
  });

/** Counts what ran, to tell a refusal from a run. */
export type Runs = { greet: number; wait: number; aborted: number };

/** The greeter's handlers. */
export function greeterService(runs: Runs = { greet: 0, wait: 0, aborted: 0 }): Implementation<typeof greeter> {
  return implement(greeter, {
    greet: ({ person, times }) => {
      runs.greet += 1;
      return person === 'nobody'
        ? fail('stranger', { person })
        : ok({ text: Array(times).fill(`hello ${person}`).join(', ') });
    },
    wait: async ({ ms }, call) => {
      runs.wait += 1;
      call.signal.addEventListener('abort', () => {
        runs.aborted += 1;
      });
      await sleep(ms, call.signal);
      return ok({ waited_ms: ms });
    },
    runs: () => {
      globalThis.gc?.();
      return ok({ ...runs, heap_bytes: process.memoryUsage().heapUsed });
    },
    fail_somehow: ({ how }) => {
      if (how === 'sync') throw new TypeError('sync enough');
      return failLater(how);
    },
  });
}

async function failLater(how: string) {
  if (how === 'async') throw new Error('broken inside /etc/secret');
  if (how === 'text') throw 'just text';
  if (how === 'newline') throw new Error('two\r\nlines');
  if (how === 'dependency') throw new MeshError('no_responder', { target: 'ml.chat' });
  return ok({});
}
