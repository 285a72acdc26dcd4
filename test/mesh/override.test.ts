import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { echo, plainWorker } from './echo.ts';

let bed: TestMesh;
let worker: BusMesh;
let asking: readonly Program[];

beforeAll(async () => {
  bed = await startMesh({ services: [] });
  worker = await openMesh({ servers: bed.url, service: 'echo', onDefect: () => {} });
  plainWorker(worker.transport, 'say');
  await worker.transport.flush();
  const env = { NATS_URL: bed.url };
  asking = [1, 2].map(() => new Program(process.execPath, [`${root}test/mesh/asking.ts`], { env }));
  await Promise.all(asking.map((one) => one.printed(/ok/)));
});
afterAll(async () => {
  await Promise.all(asking.map((one) => one.stop()));
  await worker.close();
  await bed.stop();
});

/** Runs the CLI, and resolves with the questions each process then still asked until it got `answer`. */
async function asksUntil(answer: string, ...args: readonly string[]): Promise<readonly number[]> {
  for (const one of asking) one.output = '';
  const done = await bed.cli(['kv', ...args]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  for (const one of asking) one.child.kill('SIGUSR2');
  const number = async (one: Program, what: string) =>
    Number((await one.printed(new RegExp(`^${what} (\\d+)$`, 'm')))[1] ?? Number.NaN);
  return Promise.all(asking.map(async (one) => (await number(one, answer)) - (await number(one, 'mark'))));
}

test('mesh.A24: an override acts in every process within a second, and its deletion undoes it', async () => {
  const key = ['seedcore-dev_config', 'echo.say.override'];
  // Twenty questions take a second at least, by the clock of the process that asks them.
  for (const asked of await asksUntil('circuit_open', 'put', ...key, 'isolate')) expect(asked).toBeLessThanOrEqual(20);
  const caller = await openMesh({ servers: bed.url, onDefect: () => {} });
  // A bad value keeps the last good one, also for whoever comes later and has none: it is told so.
  const rejected: string[] = [];
  caller.observe({ configRejected: (name, reason) => rejected.push(`${name} ${reason}`) });
  await bed.cli(['kv', 'put', ...key, 'izolate']);
  await caller.client(echo).say({ word: 'a' });
  await until('the bad value to be noticed', () => rejected.length > 0 || undefined);
  expect(rejected).toEqual(['echo.say.override must be one of isolate, hold']);
  await caller.close();
  for (const one of asking) expect(one.output.match(/^\w+ \d+$/gm)).toEqual([expect.any(String), expect.any(String)]);
  for (const asked of await asksUntil('ok', 'del', '--force', ...key)) expect(asked).toBeLessThanOrEqual(20);
});
