import { delay } from '@seedcore/protocol';
import { expect, test } from 'vitest';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';

test('a worker stopped between its claim and the answer does not run the attempt of whoever replaced it', async () => {
  const ran: string[] = [];
  const runs =
    (name: string): Handler =>
    (_params, task) => {
      ran.push(`${name} ${task.attempt}`);
      return new Promise((_, reject) => task.signal.addEventListener('abort', () => reject(task.signal.reason)));
    };
  const all = new TaskBench();
  const { tasks } = all.process('client');
  const host = all.process('host');
  await all.passing(host.tasks.worker('general', { slots: 1, handlers: { demo: runs('host') } }).ready);
  const { broker } = host.store;
  const last = broker.last.bind(broker);
  let claimed = false;
  broker.fates = (what, subject) => {
    if (claimed || what !== 'write' || !subject.endsWith('.t.a')) return 'pass';
    claimed = true;
    return 'lose_answer';
  };
  broker.last = async (...asked) => {
    if (claimed) await delay(all.clock, 40_000);
    return last(...asked);
  };
  await all.passing(tasks.submit({ id: 'a', type: 'demo' }));
  await all.clock.advance(1_000);
  expect(claimed).toBe(true);
  const other = all.process('other');
  await all.passing(other.tasks.worker('general', { handlers: { demo: runs('other') } }).ready);
  await all.clock.advance(60_000);
  expect(ran).toContain('other 2');
  expect(ran).not.toContain('host 2');
});
