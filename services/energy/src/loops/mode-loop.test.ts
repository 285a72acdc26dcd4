import type { ModeRecord } from '@seedcore/contracts';
import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import type { ModeChange } from '../ports.ts';
import { runModeLoop, type Term } from './mode-loop.ts';

function world() {
  const clock = new VirtualClock();
  const down = new Set<string>();
  const told: ModeChange[] = [];
  const store: { record: ModeRecord | undefined; writes: 'written' | 'failed' } = {
    record: undefined,
    writes: 'written',
  };
  const ports = {
    clock,
    critical: ['state'],
    important: ['ml'],
    probe: async (name: string) => !down.has(name),
    modes: {
      read: async () => store.record,
      write: async (record: ModeRecord) => {
        if (store.record && store.record.epoch > record.epoch) return 'fenced' as const;
        if (store.writes === 'written') store.record = record;
        return store.writes;
      },
    },
    announce: (change: ModeChange) => void told.push(change),
  };
  const ends: unknown[] = [];
  const run = (epoch: number) => {
    const ended = new AbortController();
    const term: Term = { epoch, signal: ended.signal };
    void runModeLoop(ports, term).then(
      () => ends.push('returned'),
      (reason: unknown) => ends.push(reason),
    );
    return ended;
  };
  const modes = () => told.map(({ record }) => record.mode);
  return { clock, down, store, told, ends, run, modes };
}

test('from nothing to NORMAL, once everything has been seen for a while', async () => {
  const { clock, run, modes, store } = world();
  run(1);
  await clock.advance(15_000);
  expect(modes()).toEqual(['RECOVERY', 'NORMAL']);
  expect(store.record).toMatchObject({ mode: 'NORMAL', epoch: 1, seq: 1, causes: [] });
});

test('a component that fails three checks degrades, and its return recovers, step by step', async () => {
  const { clock, run, modes, down, told } = world();
  run(1);
  await clock.advance(15_000);
  down.add('ml');
  await clock.advance(10_000);
  expect(modes()).toEqual(['RECOVERY', 'NORMAL']);
  await clock.advance(5000);
  expect(told.at(-1)).toMatchObject({ from: 'NORMAL', record: { causes: [{ component: 'ml', kind: 'd' }] } });
  down.delete('ml');
  await clock.advance(20_000);
  expect(modes()).toEqual(['RECOVERY', 'NORMAL', 'DEGRADED', 'RECOVERY', 'NORMAL']);
});

test('a critical component that never answers is an emergency after a minute, and holds NORMAL back until then', async () => {
  const { clock, run, modes, down } = world();
  down.add('state');
  run(1);
  await clock.advance(59_000);
  expect(modes()).toEqual(['RECOVERY']);
  await clock.advance(1000);
  expect(modes()).toEqual(['RECOVERY', 'EMERGENCY']);
});

test('a new owner changes no mode by taking over', async () => {
  const { clock, run, modes, store } = world();
  const first = run(1);
  await clock.advance(15_000);
  first.abort(new Error('killed'));
  await clock.advance(20_000);
  run(2);
  await clock.advance(60_000);
  expect(modes()).toEqual(['RECOVERY', 'NORMAL']);
  expect(store.record).toMatchObject({ epoch: 2, seq: 1 });
});

test('an old owner that wakes up writes nothing and stops', async () => {
  const { clock, run, store, ends } = world();
  run(1);
  await clock.advance(5000);
  run(2);
  await clock.advance(10_000);
  expect(ends).toEqual(['returned']);
  expect(store.record?.epoch).toBe(2);
});

test('a broker away for ten seconds is no emergency; away for longer, it is told when it is back', async () => {
  const { clock, run, store, modes } = world();
  run(1);
  await clock.advance(15_000);
  store.writes = 'failed';
  await clock.advance(10_000);
  store.writes = 'written';
  await clock.advance(10_000);
  expect(modes()).toEqual(['RECOVERY', 'NORMAL']);
  store.writes = 'failed';
  await clock.advance(20_000);
  store.writes = 'written';
  await clock.advance(5000);
  expect(modes()).toEqual(['RECOVERY', 'NORMAL', 'EMERGENCY']);
});

test('the end of the term ends the loop', async () => {
  const { clock, run, ends } = world();
  const term = run(1);
  await clock.advance(5000);
  const reason = new Error('over');
  term.abort(reason);
  await clock.advance(0);
  expect(ends).toEqual([reason]);
});
