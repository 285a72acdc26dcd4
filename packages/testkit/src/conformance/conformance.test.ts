import { implement, ok } from '@seedcore/protocol';
import { VirtualClock } from '@seedcore/protocol/testing';
import { sample, sampleService, startService } from '@seedcore/runtime/testing';
import { describe, expect, test } from 'vitest';
import { badInputs } from './bad-inputs.ts';
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

test('bad input is read off the schema: required, unknown, and of the wrong type', () => {
  expect(badInputs(sample.endpoints.echo).map(({ name }) => name)).toEqual([
    'null',
    'a number',
    'an array',
    'a text',
    'an unknown field',
    'text of the wrong type',
    'count of the wrong type',
    'at of the wrong type',
  ]);
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
