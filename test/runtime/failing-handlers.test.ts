import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

let greeters: Greeters;

beforeAll(async () => {
  greeters = await startGreeters();
  await greeters.start();
});
afterAll(() => greeters?.stop());

test.each(['sync', 'async', 'text', 'newline'])(
  'mesh.A8: a handler that fails (%s) answers internal with a trace id, the next call succeeds, the connection reads on',
  async (how) => {
    const reply = await greeters.ask(`${NS}.svc.greeter.fail_somehow`, JSON.stringify({ how }));
    expect(reply.headers?.get('Nats-Service-Error-Code')).toBe('500');
    expect(reply.headers?.get('Nats-Service-Error')).toMatch(/^internal: [^\r\n]+$/);
    expect(reply.json()).toMatchObject({
      error: { code: 'internal', status: 500, trace_id: expect.stringMatching(/^[0-9a-f]{32}$/) },
    });
    expect(reply.string()).not.toMatch(/secret|just text|two|lines/);
    expect((await greeters.ask(`${NS}.svc.greeter.greet`)).json()).toEqual({ text: 'hello you' });
  },
);
