import { ok } from '@seedcore/protocol';
import type { Handler } from '../handler.ts';
import { TaskBench } from '../testing/index.ts';
import type { ScheduleOptions } from './schedule-options.ts';

/** A minute, in ms. */
export const MINUTE = 60_000;
/** What recurs. */
export const spec = { type: 'demo' };

/** A bench at 2026-11-22 00:00 UTC: a coordinator, a host whose runs take `runMs`, and a client. */
export async function bench(runMs = 100) {
  const all = new TaskBench();
  const ran: string[] = [];
  let running = 0;
  let most = 0;
  const demo: Handler = async (_params, task) => {
    ran.push(task.id);
    running += 1;
    most = Math.max(most, running);
    await new Promise<void>((resolve) => {
      all.clock.after(runMs, resolve);
      task.signal.addEventListener('abort', () => resolve());
    });
    running -= 1;
    task.signal.throwIfAborted();
    return ok('done');
  };
  const host = all.process('host');
  const worker = host.tasks.worker('general', {
    slots: 64,
    handlers: { demo },
    idleMs: 60 * MINUTE,
    runMs: 60 * MINUTE,
  });
  const coordinator = all.process('coordinator');
  const system = coordinator.tasks.system();
  await all.passing(Promise.all([worker.ready, system.ready]));
  const client = all.process('client');
  const schedule = (name: string, how: ScheduleOptions) => all.passing(client.tasks.schedule(name, how));
  return { all, client, coordinator, system, tasks: client.tasks, ran, schedule, most: () => most };
}
