import { type BusMesh, openMesh } from '@seedcore/mesh/testing';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Program } from '../support/program.ts';
import { until } from '../support/until.ts';
import { greeter } from './greeter.ts';
import { type Greeters, NS, startGreeters } from './greeter-process.ts';

let greeters: Greeters;
let programs: readonly Program[];
let caller: BusMesh;

beforeAll(async () => {
  greeters = await startGreeters();
  const start = (id: string, faults: string) => greeters.start({ SEEDCORE_INSTANCE: id, SEEDCORE_FAULTS: faults });
  programs = await Promise.all([start('one', '1'), start('two', '1')]);
  caller = await openMesh({ servers: greeters.server.url, ns: NS, onDefect: () => {} });
  await caller.client(greeter).greet({});
  await until('both greeters to be known', async () => caller.routable('greeter').length === 2 || undefined);
});
afterAll(async () => {
  await caller?.close();
  await greeters?.stop();
});

async function kv(...args: string[]): Promise<void> {
  const { code, stderr } = await greeters.cli('kv', ...args);
  if (code !== 0) throw new Error(`nats kv ${args.join(' ')}: ${stderr}`);
}

type Health = { degraded_by: string[] };
const troubles = async (id: string) =>
  (await greeters.ask(`${NS}.inst.greeter.${id}.health`)).json<Health>().degraded_by;

/** Resolves when an instance says what is wrong with it, or that nothing is. */
const says = (id: string, ...wanted: string[]) =>
  until(`${id} to say ${wanted.join() || 'nothing'}`, async () => {
    const now = await troubles(id);
    return now.join() === wanted.join() ? true : undefined;
  });

const put = (value: object) => kv('put', `${NS}_config`, 'greeter.faults', JSON.stringify(value));

/** Ten times two calls at once, all of them answered: the attempts they took, and the ms of the quickest. */
async function twentyCalls() {
  let attempts = 0;
  let quickestMs = Number.POSITIVE_INFINITY;
  const stop = caller.observe({
    attempt: () => {
      attempts += 1;
    },
  });
  const call = async () => {
    const began = performance.now();
    expect(await caller.client(greeter).greet({})).toEqual({ ok: true, value: { text: 'hello you' } });
    quickestMs = Math.min(quickestMs, performance.now() - began);
  };
  for (let i = 0; i < 10; i++) await Promise.all([call(), call()]);
  stop();
  return { attempts, quickestMs };
}

test('a fault put into the settings delays calls, is told of by everybody it concerns, and ends with its key', async () => {
  await put({ kind: 'delay', target: 'greeter.greet', ms: 300 });
  for (const id of ['one', 'two']) await says(id, 'faults are on: delay target greeter.greet ms 300');
  for (const program of programs) await program.printed(/"level":"error".*faults are on, on purpose/);
  expect((await twentyCalls()).quickestMs).toBeGreaterThanOrEqual(295);
  await kv('del', '--force', `${NS}_config`, 'greeter.faults');
  for (const id of ['one', 'two']) await says(id);
  expect((await twentyCalls()).quickestMs).toBeLessThan(295);
});

test('a connection lost on purpose comes back by itself, and what is written meanwhile is heard then', async () => {
  await put({ kind: 'disconnect', ms: 6_000, instance: 'one' });
  await programs[0]?.printed(/disconnect ms 6000 instance one/);
  await expect(greeters.nats.request(`${NS}.inst.greeter.one.health`, '', { timeout: 500 })).rejects.toThrow();
  await kv('del', '--force', `${NS}_config`, 'greeter.faults');
  await programs[0]?.printed(/faults are off again[\s\S]*faults are off again/);
  await says('one');
});

test('the policies cope with a deaf instance, and with one that dies', async () => {
  // How long calls take has to be known before a silent attempt is given up for another one.
  for (let i = 0; i < 3; i++) await twentyCalls();
  await kv('put', `${NS}_config`, 'greeter.greet.deadline_ms', '3000');
  await put({ kind: 'drop', subject: `${NS}.inst.greeter.two.greet` });
  for (const id of ['one', 'two']) await says(id, `faults are on: drop subject ${NS}.inst.greeter.two.greet`);
  expect((await twentyCalls()).attempts).toBeGreaterThan(20);
  await put([{ kind: 'kill', instance: 'two' }]);
  expect(await programs[1]?.ended()).toBe(128);
  await twentyCalls();
  await kv('del', '--force', `${NS}_config`, 'greeter.faults');
  await says('one');
});

test('a process that was not started for faults refuses them and says how to have them', async () => {
  await greeters.start({ SEEDCORE_INSTANCE: 'three' });
  await put({ kind: 'drop', target: 'greeter.greet' });
  await says('three', 'setting greeter.faults is not used: faults are off: start with SEEDCORE_FAULTS=1');
  expect((await greeters.ask(`${NS}.inst.greeter.three.greet`)).json()).toEqual({ text: 'hello you' });
});
