import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { MeshError } from '@seedcore/protocol';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { echo } from './echo.ts';

let server: RunningServer;
let worker: Program;
let asker: BusMesh;
let attempts: string[];

beforeAll(async () => {
  server = await startBroker();
  const env = { NATS_URL: server.url };
  worker = new Program(process.execPath, [`${root}test/mesh/main-foreign-worker.mjs`], { env });
  await worker.printed(/listening/);
});
afterAll(async () => {
  await worker?.stop();
  await server?.stop();
});

/** A caller who has met nobody yet, and what became of its attempts. */
beforeEach(async () => {
  asker = await openMesh({ servers: server.url, service: 'asker', onDefect: () => {} });
  attempts = [];
  asker.observe({ attempt: ({ code }) => attempts.push(code) });
  await becomes('well');
});
afterEach(() => asker.close());

/** Tells the worker how to be from now on; `fails 2` is for two requests. */
const becomes = (mood: string) => asker.nats().request('foreign.mood', mood, { timeout: 10_000 });

const say = (deadlineMs = 5_000) =>
  asker
    .client(echo)
    .say({ word: 'a' }, { deadlineMs })
    .then(
      (reply) => (reply.ok ? reply.value.word : reply),
      (error: unknown) => (error instanceof MeshError ? error.code : error),
    );

const breaker = () => asker.resources().find(({ target }) => target === 'echo.say')?.breaker.state;

test('mesh.A6: a worker without mesh code, JSON only, is called', async () => {
  expect([await say(), await say(), attempts]).toEqual(['a', 'a', ['answer', 'answer']]);
});

test('mesh.A6: and asked again when it fails', async () => {
  await becomes('fails 2');
  expect([await say(), attempts]).toEqual(['a', ['internal', 'internal', 'answer']]);
});

test.each([
  ['fails', 'internal'],
  ['hangs', 'timeout'],
])('mesh.A6: and left alone when it %s, until it is well again', async (mood, code) => {
  await becomes(mood);
  // Whoever gives it less than half of the time it may take accuses nobody.
  const ends = await Promise.all(Array.from({ length: 5 }, () => say(3_000)));
  expect(ends.filter((end) => end !== code && end !== 'circuit_open')).toEqual([]);
  expect(attempts.filter((one) => one === code).length).toBeGreaterThanOrEqual(5);
  expect([breaker(), await say()]).toEqual(['open', 'circuit_open']);
  await becomes('well');
  await until('it to be called again', async () => (await say()) === 'a' || undefined);
  await until('its breaker to close', async () => ((await say()) === 'a' && breaker() === 'closed') || undefined);
});
