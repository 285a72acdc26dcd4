import { memoryMesh } from '@seedcore/mesh/testing';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { expect, test } from 'vitest';
import { followTask } from './follow-task.ts';

test('a task nobody answers for ends the wait in time, with nothing seen', async () => {
  const clock = new VirtualClock();
  const mesh = memoryMesh({ clock, random: new SeededRandom(1) });
  const followed = followTask(mesh, 'a', 3000);
  await clock.advance(20_000);
  expect(await followed).toBeUndefined();
});
