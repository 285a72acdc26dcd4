import type { Criticality } from '@seedcore/protocol';
import { MeshError, ulid } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { Kv, KvValue } from '../kv/kv.ts';
import type { Brownout, BrownoutLevel } from './brownout.ts';
import { MeshBrownout } from './mesh-brownout.ts';
import { sheds } from './sheds.ts';

const ids = (() => {
  const clock = new VirtualClock();
  const random = new SeededRandom(11);
  return Array.from({ length: 5_000 }, () => ulid(clock, random));
})();

/** Share of five thousand calls of one class that is shed, in percent. */
function shed(brownout: Brownout, criticality: Criticality): number {
  return Math.round((100 * ids.filter((id) => sheds(brownout, { criticality, id })).length) / ids.length);
}

const steady = (level: BrownoutLevel): Brownout => ({ level, recovering: false });

test.each<[BrownoutLevel, number, number]>([
  [0, 0, 0],
  [1, 0, 100],
  [2, 50, 100],
  [3, 100, 100],
])(
  'level %i sheds %i %% of important and %i %% of optional calls, never a critical one',
  (level, important, optional) => {
    expect(shed(steady(level), 'critical')).toBe(0);
    expect(Math.abs(shed(steady(level), 'important') - important)).toBeLessThanOrEqual(2);
    expect(shed(steady(level), 'optional')).toBe(optional);
  },
);

test('in RECOVERY one optional call in ten passes level 1, none passes level 2', () => {
  expect(Math.abs(shed({ level: 1, recovering: true }, 'optional') - 90)).toBeLessThanOrEqual(2);
  expect(shed({ level: 2, recovering: true }, 'optional')).toBe(100);
});

test('a retry meets the verdict of the first attempt', () => {
  for (const id of ids.slice(0, 100)) {
    const call = { criticality: 'important', id } as const;
    expect(sheds(steady(2), call)).toBe(sheds(steady(2), call));
  }
});

/** One key, answered as `now` says. */
function start() {
  const clock = new VirtualClock();
  const state: { now: KvValue | undefined | MeshError; available: boolean } = { now: undefined, available: true };
  const reports: unknown[] = [];
  const never = () => Promise.reject(new TypeError('not needed here'));
  const kv: Kv = {
    get available() {
      return state.available;
    },
    bucket: () => ({
      get: () => (state.now instanceof MeshError ? Promise.reject(state.now) : Promise.resolve(state.now)),
      put: never,
      delete: never,
      watch: () => ({ ready: Promise.resolve(), stop: () => undefined }),
    }),
  };
  const brownout = new MeshBrownout({ clock, kv, report: (_where, error) => void reports.push(error) });
  brownout.start();
  const write = (revision: number, record: unknown) => {
    state.now = { key: 'mode', revision, value: new TextEncoder().encode(JSON.stringify(record)) };
  };
  return { clock, state, brownout, write, reports };
}

test('the level of the mesh is 0 until a mode was seen, then what energy says', async () => {
  const { clock, brownout, write } = start();
  await clock.advance(60_000);
  expect(brownout.level).toBe(0);
  write(1, { mode: 'EMERGENCY', brownout_level: 3 });
  await clock.advance(5_000);
  expect(brownout).toMatchObject({ level: 3, recovering: false });
  write(2, { mode: 'RECOVERY', brownout_level: 1 });
  await clock.advance(5_000);
  expect(brownout).toMatchObject({ level: 1, recovering: true });
});

test('a mode that was not refreshed for 30 s counts as level 1, and comes back with the next one', async () => {
  const { clock, brownout, write, state } = start();
  write(1, { mode: 'NORMAL', brownout_level: 0 });
  await clock.advance(5_000);
  state.now = new MeshError('timeout', { target: 'energy' });
  await clock.advance(30_000);
  expect(brownout.level).toBe(0);
  await clock.advance(1);
  expect(brownout).toMatchObject({ level: 1, recovering: false });
  write(2, { mode: 'NORMAL', brownout_level: 0 });
  await clock.advance(5_000);
  expect(brownout.level).toBe(0);
});

test('a record without a level is reported once and changes nothing', async () => {
  const { clock, brownout, write, reports } = start();
  write(1, { mode: 'EMERGENCY', brownout_level: 3 });
  await clock.advance(5_000);
  write(2, { mode: 'EMERGENCY', brownout_level: 7 });
  await clock.advance(10_000);
  expect(brownout.level).toBe(3);
  expect(reports).toHaveLength(1);
});

test('without JetStream nothing is read, and nothing runs on after a stop', async () => {
  const { clock, brownout, write, state } = start();
  state.available = false;
  write(1, { mode: 'EMERGENCY', brownout_level: 3 });
  await clock.advance(10_000);
  expect(brownout.level).toBe(0);
  brownout.stop();
  await clock.advance(10_000);
  expect(clock.pending).toBe(0);
});
