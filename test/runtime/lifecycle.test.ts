import { setTimeout as pause } from 'node:timers/promises';
import { headers, type Msg } from '@nats-io/transport-node';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { freePort } from '../support/free-port.ts';
import type { Program } from '../support/program.ts';
import { until } from '../support/until.ts';
import { type Greeters, greeterProgram, NS, startGreeters, waiting } from './greeter-process.ts';

let greeters: Greeters;
/** A port that no test is ever given. */
const NOBODY = 'nats://127.0.0.1:1';
/** It tries for half a minute; meanwhile the other tests run. */
let brokerless: Program;

beforeAll(async () => {
  brokerless = greeterProgram({ NATS_URL: NOBODY });
  greeters = await startGreeters();
});

afterAll(() => greeters?.stop());

const wait = `${NS}.svc.greeter.wait`;

test('every problem of the configuration is told at once, by its variable, and the exit code is 78', async () => {
  const program = greeterProgram({
    GREETER_MOOD: 'grim',
    METRICS_PORT: '-1',
    SEEDCORE_NS: 'a.b',
    NATS_TOKEN: 'canary',
  });
  expect(await program.ended()).toBe(78);
  for (const said of ['3 problems', 'SEEDCORE_NS: ', 'METRICS_PORT: ', 'GREETER_MOOD: '])
    expect(program.output).toContain(said);
  expect(program.output).not.toContain('canary');
});

test('a taken metrics port is a problem of the configuration', async () => {
  const port = String(await freePort());
  await greeters.start({ METRICS_PORT: port });
  const second = greeterProgram({ NATS_URL: greeters.server.url, METRICS_PORT: port });
  expect(await second.ended()).toBe(78);
  expect(second.output).toContain('METRICS_PORT');
});

test('metrics, liveness and readiness are served where asked for', async () => {
  const port = await freePort();
  await greeters.start({ METRICS_PORT: String(port) });
  const get = async (path: string) => (await fetch(`http://127.0.0.1:${port}${path}`)).text();
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(200);
  expect(JSON.parse(await get('/healthz'))).toMatchObject({ live: true });
  expect(JSON.parse(await get('/readyz'))).toMatchObject({ ready: true, missing: [] });
  expect(await get('/metrics')).toContain('seedcore_lifecycle{state="ready"} 1');
});

test('a rolling restart loses no request', async () => {
  const old = await greeters.start();
  await greeters.start();
  let asked = 0;
  const failures: unknown[] = [];
  const replies: Promise<void>[] = [];
  const ask = () => {
    asked += 1;
    const reply = greeters.ask(wait, '{"ms":20}');
    replies.push(
      reply.then(
        (answer) => {
          if (answer.headers?.get('Nats-Service-Error-Code')) failures.push(answer.string());
        },
        (error: unknown) => {
          failures.push(error);
        },
      ),
    );
  };
  const traffic = async () => {
    for (let i = 0; i < 150; i++) {
      ask();
      await pause(5);
    }
  };
  const [code] = await Promise.all([pause(200).then(() => old.stop('SIGTERM')), traffic()]);
  await Promise.all(replies);
  expect({ code, asked, failures }).toEqual({ code: 0, asked: 150, failures: [] });
});

test('a request addressed to an instance reaches that one, a misspelt one is told what was meant', async () => {
  await greeters.start({ SEEDCORE_INSTANCE: 'pinned' });
  const at = (endpoint: string) => greeters.ask(`${NS}.inst.greeter.pinned.${endpoint}`, '');
  expect((await at('info')).json()).toMatchObject({ instance: 'pinned', ns: NS });
  expect((await at('greet')).json()).toEqual({ text: 'hello you' });
  expect((await at('great')).json()).toMatchObject({
    error: { code: 'unknown_endpoint', status: 404, message: expect.stringContaining('did you mean "greet"?') },
  });
});

test('a drain asked for over the bus is a drain', async () => {
  const program = await greeters.start({ SEEDCORE_INSTANCE: 'leaving' });
  const reply = await greeters.ask(`${NS}.inst.greeter.leaving.drain`, '');
  expect(reply.json()).toEqual({ state: 'draining' });
  expect(await program.ended()).toBe(0);
});

test('mesh.A11: a cancel reaches the handler by broadcast and by instance, and nobody is answered', async () => {
  const alone = await startGreeters();
  try {
    await alone.start();
    const call = '01m814ae6eq8psmpb61pdsj6cy';
    const named = headers();
    named.set('Sc-Call', call);
    const replies: string[] = [];
    const inbox = '_INBOX.cancelled.one';
    const callback = (_error: unknown, message: Msg) => {
      replies.push(message.string());
    };
    alone.nats.subscribe(inbox, { callback });
    alone.nats.publish(wait, '{"ms":15000}', { reply: inbox, headers: named });
    await waiting(alone, 1);
    alone.nats.publish(`${NS}.cancel.${call}`, '');
    const aborted = (count: number) =>
      until(`${count} aborts`, async () => ((await alone.runs()).aborted === count ? true : undefined));
    await aborted(1);
    const { instance } = (await alone.ask(`${NS}.svc.greeter.info`)).json<{ instance: string }>();
    alone.nats.publish(wait, '{"ms":15000}', { reply: inbox, headers: named });
    await waiting(alone, 2);
    alone.nats.publish(`${NS}.inst.greeter.${instance}.cancel`, '{}', { headers: named });
    await aborted(2);
    await alone.nats.flush();
    expect(replies).toEqual([]);
  } finally {
    await alone.stop();
  }
});

test('mesh.A10: at its deadline a handler in another process sees its signal', async () => {
  const alone = await startGreeters();
  try {
    await alone.start();
    const short = headers();
    short.set('Sc-Deadline-Ms', '300');
    const reply = await alone.ask(wait, '{"ms":15000}', short);
    expect(reply.json()).toMatchObject({ error: { code: 'deadline_exceeded' } });
    await until('the handler to see it', async () => ((await alone.runs()).aborted === 1 ? true : undefined));
  } finally {
    await alone.stop();
  }
});

test('mesh.A22: a required service that is not there is named while it is waited for', async () => {
  const port = await freePort();
  const waitingOne = greeterProgram({
    METRICS_PORT: String(port),
    NATS_URL: greeters.server.url,
    SEEDCORE_NS: 'elsewhere',
    GREETER_REQUIRES: 'nobody',
  });
  await waitingOne.printed(/"msg":"built"/);
  expect((await fetch(`http://127.0.0.1:${port}/healthz`)).status).toBe(200);
  expect((await fetch(`http://127.0.0.1:${port}/readyz`)).status).toBe(503);
  const health = async () => (await greeters.ask('elsewhere.svc.greeter.health', '')).json();
  expect(await health()).toMatchObject({ ready: false, state: 'starting', missing: [{ name: 'nobody' }] });
  expect(await waitingOne.stop('SIGTERM')).toBe(0);
});

test('Ctrl-C and the signal of a supervisor that passes it on are one: what runs is finished', async () => {
  const alone = await startGreeters();
  try {
    const greeter = await alone.start();
    const reply = alone.ask(wait, '{"ms":600}');
    await waiting(alone, 1);
    greeter.child.kill('SIGINT');
    greeter.child.kill('SIGTERM');
    expect((await reply).json()).toEqual({ waited_ms: 600 });
    expect(await greeter.ended()).toBe(0);
  } finally {
    await alone.stop();
  }
});

test('without a broker it says what it tried, and the exit code is 69', async () => {
  expect(await brokerless.ended()).toBe(69);
  expect(brokerless.output).toContain('cannot reach NATS: 7 tries');
});
