import { afterAll, beforeAll, expect, test } from 'vitest';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let mesh: TestMesh;
const watched = { MODE_CRITICAL: 'ml', MODE_IMPORTANT: 'ml' };

beforeAll(async () => {
  mesh = await startMesh({ services: ['ml'] });
});
afterAll(() => mesh?.stop());

/** A question that was on its way to the one just killed is lost, so each has a second only. */
const mode = async () => (await mesh.call('energy', 'get_mode', {}, 1000)).body;

test('the holder of the lease is killed: another one checks on, and changes no mode by taking over', async () => {
  const owner = mesh.start('energy', watched);
  await mesh.ready('energy');
  const normal = await until('NORMAL', async () => {
    const now = await mode();
    return now.mode === 'NORMAL' ? now : undefined;
  });
  await mesh.start('energy', { ...watched, LOG_LEVEL: 'info' }).printed(/"msg":"ready"/);
  await owner.stop('SIGKILL');
  // 20 s of the lease, 2 s to be sure.
  const later = await until('a check by the new holder', async () => {
    const now = await mode();
    return now.epoch > normal.epoch ? now : undefined;
  });
  expect(later).toMatchObject({ mode: 'NORMAL', seq: normal.seq });
});
