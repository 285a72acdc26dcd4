import { VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { defaultWeights } from '../domain/weights.ts';
import { goldenState } from '../testing/golden-state.ts';
import { Sampler } from './sampler.ts';

function start() {
  const clock = new VirtualClock();
  let reads = 0;
  const read = async () => {
    reads += 1;
    return { id: `s${reads}`, at: clock.wallMs(), state: goldenState, organs: new Map() };
  };
  return { clock, sampler: new Sampler({ clock, read, weights: defaultWeights }) };
}

test('samples every ten seconds until it is stopped', async () => {
  const { clock, sampler } = start();
  await sampler.start();
  await clock.advance(30_000);
  expect(sampler.all().map(({ id }) => id)).toEqual(['s1', 's2', 's3', 's4']);
  sampler.stop();
  await clock.advance(60_000);
  expect(sampler.all()).toHaveLength(4);
});

test('many questions in a second are one sample', async () => {
  const { clock, sampler } = start();
  await sampler.fresh({});
  await clock.advance(999);
  await sampler.fresh({});
  await clock.advance(1000);
  expect(sampler.all().map(({ id }) => id)).toEqual(['s1', 's2']);
  await sampler.fresh({});
  expect(sampler.all().map(({ id }) => id)).toEqual(['s1', 's3']);
  expect(sampler.latest()?.id).toBe('s3');
});

test('keeps an hour', async () => {
  const { clock, sampler } = start();
  await sampler.start();
  await clock.advance(2 * 3_600_000);
  expect(sampler.all()).toHaveLength(360);
  sampler.stop();
});
