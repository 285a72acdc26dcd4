import { setTimeout as pause } from 'node:timers/promises';
import type { Mesh } from '@seedcore/mesh';
import { openMesh } from '@seedcore/mesh/testing';
import type { RunningServer } from '@seedcore/nats-dev';
import { crashPoints } from '@seedcore/tasks/testing';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { startBroker } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';
import { Ledger } from '../tasks/ledger.ts';
import { Receiver } from '../tasks/receiver.ts';
import { CrashRow } from './crash-table/crash-row.ts';
import { crashTable } from './crash-table/crash-table.ts';

let server: RunningServer;
let world: Mesh;
const outside = { receiver: new Receiver(), ledger: new Ledger() };
const rows: CrashRow[] = [];
let opened = 0;
beforeAll(async () => {
  server = await startBroker();
  world = await openMesh({ servers: server.url, ns: 'world' });
  outside.receiver.listen(world.nats());
  outside.ledger.listen(world.nats());
  await world.nats().flush(); // nobody asks twice
});
afterAll(async () => {
  await Promise.all(rows.map((row) => row.close()));
  await world.close();
  await server.stop();
});

async function open(): Promise<CrashRow> {
  opened += 1;
  const row = await CrashRow.open(server.url, `row-${opened}`);
  rows.push(row);
  return row;
}

const cases = crashPoints.flatMap((point) => crashTable[point].map((crash) => ({ point, ...crash })));

describe.concurrent('a process killed', () => {
  for (const { point, disk, after, show } of cases)
    test(`at ${point} leaves ${disk}; then ${after}`, async () => {
      const row = await open();
      await show(row, outside);
      await row.close();
    });

  test('after its plain publish was stored leaves a message without a record; then a worker makes the record', async () => {
    const row = await open();
    await row.crash('publish', {}, { type: 'steps' });
    expect([await row.record(), await row.messages()]).toEqual([undefined, [`task.general.normal.${row.id}`]]);
    await row.start('worker');
    expect(await row.result()).toMatchObject({ state: 'succeeded', attempts: 1 });
    await row.close();
  });

  test('nowhere, because it was started without the condition, goes on', async () => {
    const row = await open();
    await row.submit({ type: 'steps' });
    await row.start('worker', { unheard: { at: 'worker.after_claim' } });
    expect(await row.result()).toMatchObject({ state: 'succeeded', attempts: 1 });
    await row.close();
  });
});

test('a broker killed with everything acknowledged on disk: workers reconnect, the overdue timer fires, beats resume', async () => {
  const row = await open();
  await row.start('worker');
  await row.tasks.submit({ id: 'hang', type: 'hang' });
  await until('it to run', async () => ((await row.record('hang'))?.state === 'running' ? true : undefined));
  const due = new Date(Date.now() + 1_000);
  await row.tasks.submit({ id: 'later', type: 'steps', run_after: due.toISOString() });
  await server.kill();
  await until('the timer to be overdue', () => Date.now() > due.getTime() || undefined);
  await server.restart();
  expect(await row.tasks.wait('later', { timeoutMs: 90_000 })).toMatchObject({ state: 'succeeded' });
  // Longer than a lease without beats, which the same worker would take over from itself.
  await until('an attempt to be held', async () => {
    const before = (await row.record('hang'))?.attempt;
    await pause(4_000);
    const now = await row.record('hang');
    return (now?.state === 'running' && now.attempt === before) || undefined;
  });
});
