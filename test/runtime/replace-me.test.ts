import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

let broker: Greeters;
let program: Program;

beforeAll(async () => {
  broker = await startGreeters();
  const env = { SEEDCORE_NS: NS, LOG_PRETTY: 'false', NATS_URL: broker.server.url };
  program = new Program(process.execPath, [`${root}test/runtime/main-stuck.ts`], { env });
  await program.printed(/"msg":"ready"/);
});
afterAll(async () => {
  await program?.stop('SIGKILL');
  await broker?.stop();
});

test('a process with a stuck thread answers, drains and ends with 75, without waiting for the thread', async () => {
  expect((await broker.ask(`${NS}.svc.stuck.get_stuck`)).json()).toEqual({});
  const began = performance.now();
  expect(await program.ended()).toBe(75);
  expect(performance.now() - began).toBeLessThan(15_000);
  expect(program.output).toContain('a fresh process is needed');
});
