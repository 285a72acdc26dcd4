import { setTimeout as pause } from 'node:timers/promises';
import { ml } from '@seedcore/contracts';
import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { MeshError } from '@seedcore/protocol';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { startMesh, type TestMesh } from '../support/test-mesh.ts';
import { until } from '../support/until.ts';

let bed: TestMesh;
let asker: BusMesh;
const running = new Map<string, Program>();

beforeAll(async () => {
  bed = await startMesh({ services: [] });
  asker = await openMesh({ servers: bed.url, service: 'asker', onDefect: () => {} });
  for (const id of ['one', 'two', 'three']) start(id);
  await until('three to choose from', () => asker.routable('ml').length === 3 || undefined);
});
afterAll(async () => {
  await asker.close();
  await bed.stop();
});

function start(id: string): void {
  running.set(id, bed.start('ml', { SEEDCORE_INSTANCE: id }));
}

const stateOf = (id: string) => asker.instances('ml').find((one) => one.id === id)?.state;

/** A machine that cannot keep up gets fewer calls, before the caller's own line is full. */
const MAX_IN_FLIGHT = 80;

/** Calls 200 times a second while `work` runs; how many ended how. */
async function underLoad(work: () => Promise<void>): Promise<Record<string, number>> {
  const ends: Record<string, number> = {};
  const client = asker.client(ml);
  const calls: Promise<void>[] = [];
  let ended = 0;
  const end = (how: string) => {
    ends[how] = (ends[how] ?? 0) + 1;
    ended += 1;
  };
  const call = () =>
    client.list_models({}).then(
      () => end('ok'),
      (error: unknown) => end(error instanceof MeshError ? error.code : String(error)),
    );
  const over = work().then(() => 'over' as const);
  while ((await Promise.race([over, pause(20)])) !== 'over')
    for (let i = 0; i < 4 && calls.length - ended < MAX_IN_FLIGHT; i++) calls.push(call());
  await Promise.all(calls);
  return ends;
}

test('mesh.A19: a rolling restart of three replicas at 200 calls/s fails no call', async () => {
  const ends = await underLoad(async () => {
    for (const [id, program] of [...running]) {
      running.delete(id);
      await program.stop('SIGTERM');
      start(`${id}-again`);
      await until('the next to serve', () => stateOf(`${id}-again`) === 'alive' || undefined);
    }
  });
  expect(Object.keys(ends), JSON.stringify(ends)).toEqual(['ok']);
});

test('mesh.A20: calls that may be repeated outlive kill -9 of an instance, which is not chosen again', async () => {
  const [killed = '', program] = [...running][0] ?? [];
  await until('three to choose from', () => asker.routable('ml').length === 3 || undefined);
  const ends = await underLoad(async () => {
    await pause(500);
    await program?.stop('SIGKILL');
    await until('it to be found gone', () => stateOf(killed) === 'gone' || undefined);
    const codes: string[] = [];
    const since = asker.clock.now();
    const stop = asker.observe({
      attempt({ code, ms }) {
        if (asker.clock.now() - ms >= since) codes.push(code);
      },
    });
    await until('two hundred attempts', () => codes.length >= 200 || undefined);
    stop();
    // What had been sent there before finds nobody or runs into its time limit; nothing new is sent.
    expect(codes).toContain('answer');
    expect(codes).not.toContain('no_responder');
  });
  expect(Object.keys(ends), JSON.stringify(ends)).toEqual(['ok']);
});
