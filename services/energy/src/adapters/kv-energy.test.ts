import type { ModeRecord } from '@seedcore/contracts';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { memoryStore } from '@seedcore/store/testing';
import { expect, test } from 'vitest';
import { defaultWeights } from '../domain/weights.ts';
import { energyAsset, kvModes, kvResults } from './kv-energy.ts';

async function open() {
  const clock = new VirtualClock();
  const store = memoryStore({ clock, random: new SeededRandom(1) });
  await store.provision([energyAsset]);
  const passing = async <T>(work: Promise<T>): Promise<T> => {
    let done = false;
    const end = () => {
      done = true;
    };
    work.then(end, end);
    for (let steps = 0; !done && steps < 2000; steps += 1) await clock.advance(20);
    return work;
  };
  return { clock, store, passing };
}

const at = '2026-11-22T10:00:00.000Z';
const record = (epoch: number, mode: ModeRecord['mode'] = 'NORMAL'): ModeRecord => ({
  mode,
  causes: [],
  components: [],
  since: at,
  dwell_s: 10,
  brownout_level: 1,
  clean_checks: 0,
  epoch,
  seq: 1,
  checked_at: at,
});
const result = (delta: number) => ({
  report: { delta_e: delta },
  verdict: { delta_e_reported: delta, delta_e_measured: null, agreement: 'unknown' as const, weights: defaultWeights },
  recorded_at: at,
});

test('the first record under an id stays', async () => {
  const { store, passing } = await open();
  const results = kvResults(store);
  expect(await passing(results.keep('r1', result(1)))).toEqual(result(1));
  expect(await passing(results.keep('r1', result(2)))).toEqual(result(1));
  expect(await passing(results.get('r1'))).toEqual(result(1));
  expect(await passing(results.get('r2'))).toBeUndefined();
});

test('a mode of an older lease is not written over one of a newer', async () => {
  const { store, passing } = await open();
  const modes = kvModes(store);
  expect(await passing(modes.write(record(2)))).toBe('written');
  expect(await passing(modes.write(record(1, 'EMERGENCY')))).toBe('fenced');
  expect(await passing(modes.read())).toEqual(record(2));
});

test('everybody who watches sees the mode', async () => {
  const { store, passing, clock } = await open();
  const modes = kvModes(store);
  const view = modes.watch();
  expect(view.latest()).toBeUndefined();
  await passing(modes.write(record(1, 'DEGRADED')));
  await clock.advance(1000);
  expect(view.latest()).toEqual(record(1, 'DEGRADED'));
  view.stop();
});

test('a mode that may not have been written is said to have failed', async () => {
  const { store, passing } = await open();
  store.broker.fates = () => 'lose_request';
  expect(await passing(kvModes(store).write(record(1)))).toBe('failed');
});
