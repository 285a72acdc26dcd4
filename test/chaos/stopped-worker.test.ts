import { expect, test } from 'vitest';
import { until } from '../support/until.ts';
import { chanceOf, figures, scaled, TEST_MS } from './world/scale.ts';
import { worldOnBroker } from './world/world-on-broker.ts';

const CLAIM = 'durable.A5, durable.G3';
const ROUNDS = scaled(2, 20);
const TASKS = scaled(4, 16);
/** By attempt: over when the zombie goes on; longer than it lives; and the one that comes to its end. */
const NAPS_MS = [3_000, 60_000, 10];
const bed = worldOnBroker();

test(
  `${CLAIM}: a worker stopped past its lease and continued writes nothing of its old epoch, and its acknowledgement changes nothing`,
  async () => {
    chanceOf(CLAIM);
    const world = bed.world();
    const { crew, tasks } = world;
    for (let round = 0; round < ROUNDS; round++) {
      const ids = Array.from({ length: TASKS }, (_, i) => `z${round}-${i}`);
      // They wait for their worker, so that all begin together and none is near its end when it is stopped.
      await world.submitAll(ids.map((id) => ({ id, type: 'nap', params: { ms: NAPS_MS } })));
      const zombie = await crew.worker({ slots: TASKS });
      for (const id of ids) await zombie.printed(new RegExp(`began ${id} attempt 1`));
      zombie.child.kill('SIGSTOP');
      const second = await crew.worker({ slots: TASKS });
      for (const id of ids) await second.printed(new RegExp(`began ${id} attempt 2`));
      zombie.child.kill('SIGCONT');
      // It goes on while the other one runs: it finds itself fenced, or its broker out of reach for too long.
      for (const id of ids) await zombie.printed(new RegExp(`stopped ${id} .*(taken the task over|out of reach)`));
      // Had a late acknowledgement of the zombie removed the messages, nobody would get them when the second is lost too.
      await crew.kill(second);
      const third = await crew.worker({ slots: TASKS });
      const results = await Promise.all(ids.map((id) => tasks.wait(id, { timeoutMs: 60_000 })));
      expect(results.map((result) => [result?.state, result?.attempts])).toEqual(ids.map(() => ['succeeded', 3]));
      const views = await Promise.all(ids.map((id) => tasks.get(id)));
      expect(views.map((view) => view?.attempts.map(({ outcome }) => outcome))).toEqual(
        ids.map(() => ['lost', 'lost', 'ok']),
      );
      await Promise.all([crew.kill(zombie), crew.kill(third)]);
    }
    // A write of the old epoch would be one that goes back to an attempt which is over: the check knows none.
    const { writes } = await world.check();
    figures(CLAIM, { zombies: ROUNDS * TASKS, writes: writes.length });
  },
  TEST_MS,
);

test(`${CLAIM}: a worker that comes back when its task has ended changes neither record, result nor effects`, async () => {
  const world = bed.world();
  const zombie = await world.crew.worker();
  await world.submit({ id: 'ended', type: 'nap', params: { ms: 3_000 } });
  await zombie.printed(/began ended attempt 1/);
  zombie.child.kill('SIGSTOP');
  await world.crew.worker();
  const result = await world.tasks.wait('ended', { timeoutMs: 60_000 });
  expect(result).toMatchObject({ state: 'succeeded', attempts: 2 });
  const before = await world.history();
  zombie.child.kill('SIGCONT');
  await zombie.printed(/stopped ended/);
  // What it might still do it does before it begins another task.
  await world.crew.killAll();
  const after = await world.history();
  expect(after.writes).toEqual(before.writes);
  expect(after.results).toEqual(before.results);
  expect(await until('the record', () => world.tasks.get('ended'))).toMatchObject({ result });
  await world.check();
});
