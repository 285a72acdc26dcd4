import { connect } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Greeters, NS, startGreeters, waiting } from '../../runtime/greeter-process.ts';

let greeters: Greeters;

beforeAll(async () => {
  greeters = await startGreeters();
});

afterAll(() => greeters?.stop());

test('the trap: draining a connection does not wait for async handlers, and their replies vanish without a word', async () => {
  const server = await connect({ servers: greeters.server.url });
  const begun = Promise.withResolvers<void>();
  const drained = Promise.withResolvers<void>();
  const finished = Promise.withResolvers<void>();
  server.subscribe('trap', {
    callback: (_error, message) => {
      begun.resolve();
      drained.promise.then(() => {
        message.respond('late');
        finished.resolve();
      }, finished.reject);
    },
  });
  await server.flush();
  const reply = greeters.nats.request('trap', '', { timeout: 3_000 }).catch((error: unknown) => error);
  await begun.promise;
  await server.drain();
  drained.resolve();
  await finished.promise;
  expect(await reply).toBeInstanceOf(Error);
});

test('the guard: a service told to stop answers everything it has taken before it goes', async () => {
  const greeter = await greeters.start();
  const subject = `${NS}.svc.greeter.wait`;
  const replies = Array.from({ length: 20 }, () => greeters.ask(subject, '{"ms":700}'));
  await waiting(greeters, 20);
  const ended = greeter.stop('SIGTERM');
  const answers = await Promise.all(replies);
  expect(answers.map((answer) => answer.json())).toEqual(Array(20).fill({ waited_ms: 700 }));
  expect(await ended).toBe(0);
});
