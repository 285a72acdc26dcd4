import { implement, ok } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { sample, sampleService, startService } from '@seedcore/runtime/testing';
import { describe, expect, test } from 'vitest';
import { conformance } from './conformance.ts';

function start() {
  const clock = new VirtualClock();
  return startService(sampleService(clock).implementation, { clock });
}

/** One endpoint of the sample breaks the rule on purpose. */
const DEAF = 'sample.deaf: cancelled at once';
const cases = conformance(sample, start);

describe('a service that keeps its contract passes', () => {
  test.each(cases.filter(({ name }) => name !== DEAF))('$name', ({ run }) => run());
});

test('a handler that hears no cancel is found', async () => {
  const deaf = cases.find(({ name }) => name === DEAF);
  await expect(deaf?.run()).rejects.toThrow('sample.deaf still runs 50 ms after its cancel');
});

test('a handler that breaks its contract is found', async () => {
  const answer = () => JSON.parse(JSON.stringify(ok({ text: 7 })));
  const broken = () => startService(implement(sample, { echo: answer, slow: answer, deaf: answer, careful: answer }));
  const example = conformance(sample, broken).find(
    ({ name }) => name === 'sample.echo: its example in application/json',
  );
  await expect(example?.run()).rejects.toThrow('answered internal');
});
