import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { Program, root } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { echo, plainWorker } from './echo.ts';

let bed: TestMesh;
let worker: BusMesh;
let asking: readonly Program[];

beforeAll(async () => {
  bed = await startMesh({ services: [] });
  worker = await openMesh({ servers: bed.url, service: 'echo', onDefect: () => {} });
  plainWorker(worker.transport, 'say');
  const env = { NATS_URL: bed.url };
  asking = [1, 2].map(() => new Program(process.execPath, [`${root}test/mesh/asking.ts`], { env }));
  await Promise.all(asking.map((one) => one.printed(/ok/)));
});
afterAll(async () => {
  await Promise.all(asking.map((one) => one.stop()));
  await worker.close();
  await bed.stop();
});

/** Runs the CLI, and resolves with the ms it then took until every process printed `pattern`. */
async function shows(pattern: RegExp, ...args: readonly string[]): Promise<number> {
  for (const one of asking) one.output = '';
  const done = await bed.cli(['kv', ...args]);
  expect(done, done.stderr).toMatchObject({ code: 0 });
  const at = performance.now();
  await Promise.all(asking.map((one) => one.printed(pattern, 5_000)));
  return performance.now() - at;
}

test('mesh.A24: an override acts in every process within a second, and its deletion undoes it', async () => {
  const key = ['seedcore-dev_config', 'echo.say.override'];
  expect(await shows(/circuit_open/, 'put', ...key, 'isolate')).toBeLessThan(1_000);
  const caller = await openMesh({ servers: bed.url, onDefect: () => {} });
  // A bad value keeps the last good one, also for whoever comes later and has none: it is told so.
  const rejected: string[] = [];
  caller.observe({ configRejected: (name, reason) => rejected.push(`${name} ${reason}`) });
  await bed.cli(['kv', 'put', ...key, 'izolate']);
  await caller.client(echo).say({ word: 'a' });
  await expect.poll(() => rejected).toEqual(['echo.say.override must be one of isolate, hold']);
  await caller.close();
  for (const one of asking) expect(one.output.trim()).toBe('circuit_open');
  expect(await shows(/ok/, 'del', '--force', ...key)).toBeLessThan(1_000);
});
