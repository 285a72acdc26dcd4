import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let bed: TestMesh;
let watcher: BusMesh;
const started = new Map<string, Program>();

beforeAll(async () => {
  bed = await startMesh({ services: [] });
  for (const id of ['one', 'two', 'three']) started.set(id, bed.start('ml', { SEEDCORE_INSTANCE: id }));
  watcher = await openMesh({ servers: bed.url, onDefect: () => {} });
  await until('three instances', () => stateOf('one', 'two', 'three').every((state) => state === 'alive') || undefined);
});
afterAll(async () => {
  await watcher.close();
  await bed.stop();
});

/** How instances of ml stand with the watcher. */
function stateOf(...ids: readonly string[]): readonly (string | undefined)[] {
  const all = watcher.instances('ml');
  return ids.map((id) => all.find((one) => one.id === id)?.state);
}

async function keys(): Promise<string> {
  return (await bed.cli(['kv', 'ls', 'seedcore-dev_presence'])).stdout;
}

test('everybody who is there says so where operators can see it', async () => {
  const shown = await keys();
  for (const id of started.keys()) expect(shown).toContain(`ml.${id}`);
  const one: unknown = JSON.parse((await bed.cli(['kv', 'get', 'seedcore-dev_presence', 'ml.one', '--raw'])).stdout);
  expect(one).toMatchObject({ service: 'ml', instance: 'one', state: 'ready', ready: true, targets: {} });
  // Each is asked who it is soon after its first sign.
  const chosenFrom = () => watcher.routable('ml').map(({ id }) => id);
  await until('all to be introduced', () => chosenFrom().length === 3 || undefined);
});

test('mesh.A21: a broker restart makes nobody suspect and nobody forgotten', async () => {
  await bed.server.kill();
  await until('the watcher to notice', () => watcher.state === 'down' || undefined);
  await bed.server.restart();
  await until('the watcher to be back', () => watcher.state === 'up' || undefined);
  const end = performance.now() + 12_000;
  const seen = new Set<string | undefined>();
  await until('the time to pass', () => {
    for (const state of stateOf('one', 'two', 'three')) seen.add(state);
    return performance.now() > end || undefined;
  });
  expect(seen).toEqual(new Set(['alive']));
  // The bucket was in memory: it is made anew by whoever is there.
  const shown = await keys();
  for (const id of started.keys()) expect(shown).toContain(`ml.${id}`);
});

test('who stops says so at once; who is killed is missed after 15 s', async () => {
  await started.get('one')?.stop('SIGTERM');
  await until('the others to hear it', () => stateOf('one')[0] === 'gone' || undefined);
  await started.get('two')?.stop('SIGKILL');
  expect(stateOf('two')).toEqual(['alive']);
  await until('it to be missed', () => stateOf('two')[0] === 'suspect' || undefined);
  const silentSince = watcher.instances('ml').find(({ id }) => id === 'two')?.heardAt ?? Number.NaN;
  expect(watcher.clock.now() - silentSince).toBeGreaterThanOrEqual(15_000);
  expect(stateOf('three')).toEqual(['alive']);
  await until('its key to go', async () => !(await keys()).includes('ml.two') || undefined);
  expect(await keys()).toContain('ml.three');
});
