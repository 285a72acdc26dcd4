import { memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { countsSentence, taskCounts } from './task-counts.ts';

test('what ended is counted by state, what did not goes on', () => {
  expect(countsSentence({ succeeded: 9, failed: 1, queued: 2, running: 1 })).toBe(
    'tasks: 9 succeeded, 1 failed; 3 not finished yet, kept for the next start',
  );
  expect(countsSentence({ succeeded: 2 })).toBe('tasks: 2 succeeded');
  expect(countsSentence({ queued: 2 })).toBe('tasks: none ended; 2 not finished yet, kept for the next start');
  expect(countsSentence({})).toBeUndefined();
});

test('a coordinator that does not answer holds nobody up', async () => {
  const clock = new VirtualClock();
  const counts = taskCounts(memoryMesh({ clock, random: new SeededRandom(1) }));
  await clock.advance(2000);
  expect(await counts).toBeUndefined();
});
