import { endpoint, fail, implement, MeshError, ok, service } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import { z } from 'zod';
import { startService } from './start-service.ts';

const greeter = service('greeter', {
  doc: 'Greets.',
  version: '1.2.3',
  endpoints: {
    greet: endpoint({
      doc: 'Says hello.',
      input: z.strictObject({ person: z.string().min(1).default('you') }),
      output: z.object({ text: z.string() }),
      failures: { stranger: z.object({ person: z.string() }) },
      idempotent: true,
    }),
    boom: endpoint({ doc: 'Fails.', input: z.strictObject({}), output: z.object({}) }),
  },
});

const start = (boom: () => never = () => expect.fail('not called')) =>
  startService(
    implement(greeter, {
      greet: ({ person }) => (person === 'nobody' ? fail('stranger', { person }) : ok({ text: `hello ${person}` })),
      boom,
    }),
  );

test('a call returns the value with defaults filled in', async () => {
  expect(await start().greet({})).toEqual({ ok: true, value: { text: 'hello you' } });
});

test('a declared failure arrives as a value', async () => {
  expect(await start().greet({ person: 'nobody' })).toEqual({
    ok: false,
    failure: { code: 'stranger', details: { person: 'nobody' } },
  });
});

test('a misspelt field is answered in header and body with its name and a hint', async () => {
  const reply = await start().request('greet', '{"persn":"x"}');
  expect(reply.status).toBe('400');
  expect(reply.json).toMatchObject({
    error: {
      code: 'bad_request',
      details: { field: '/persn' },
      message: expect.stringContaining('did you mean "person"?'),
    },
  });
});

test('a defect is internal with a trace id and nothing of the inside', async () => {
  const greeting = start(() => {
    throw new Error('secret\npath');
  });
  const error = await greeting.boom({}).catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(MeshError);
  expect(error).toMatchObject({ code: 'internal', traceId: expect.stringMatching(/^[0-9a-f]{32}$/) });
  expect(String(error)).not.toContain('secret');
});

test('help shows commands', async () => {
  const reply = await start().request('help');
  expect(reply.text).toContain(`nats req test.svc.greeter.greet ''`);
});

test('the client asks once, so that a clock that stands still delays nothing', async () => {
  const busy = startService(
    implement(greeter, {
      greet: () => {
        throw new MeshError('no_responder', { target: 'ml.chat' });
      },
      boom: () => ok({}),
    }),
  );
  await expect(busy.greet({})).rejects.toMatchObject({ code: 'unavailable', details: { dependency: 'ml.chat' } });
});

test('stopping waits for what runs', async () => {
  const begun = Promise.withResolvers<void>();
  const gone = Promise.withResolvers<void>();
  const greet = async () => {
    begun.resolve();
    await gone.promise;
    return ok({ text: 'bye' });
  };
  const greeting = startService(implement(greeter, { greet, boom: () => ok({}) }));
  const reply = greeting.greet({});
  await begun.promise;
  const stopped = greeting.stop();
  gone.resolve();
  expect(await reply).toEqual({ ok: true, value: { text: 'bye' } });
  await stopped;
});
