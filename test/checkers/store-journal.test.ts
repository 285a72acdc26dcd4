import { expect, test } from 'vitest';
import { readJournal } from './store-journal.ts';

const sighting = { process: 'p', key: 'k', rev: 1, gone: false };
const belief = { name: 'l', holder: 'p', epoch: 7, from: 1, to: 2 };

test('reads what processes said, not what else they printed, nor a line that was cut off', () => {
  const whole = `ready\n${JSON.stringify({ sighting })}\n`;
  const torn = `${JSON.stringify({ sighting: { ...sighting, rev: 2 } })}\n{"sighting":{"proc`;
  expect(readJournal([whole, torn]).sightings.map(({ rev }) => rev)).toEqual([1, 2]);
});

test('a belief that grew is one belief', () => {
  const lines = [belief, { ...belief, to: 9 }, { ...belief, epoch: 8 }].map((one) => JSON.stringify({ belief: one }));
  expect(readJournal([`${lines.join('\n')}\n`]).beliefs).toEqual([
    { ...belief, to: 9 },
    { ...belief, epoch: 8 },
  ]);
});

test('a line that is none of a journal’s is an error', () => {
  expect(() => readJournal(['{"sightings":[]}\n'])).toThrow();
});
