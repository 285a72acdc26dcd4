import { isToken, ok, randomText } from '@seedcore/protocol';
import type { AssetChange, Stop, Store } from '@seedcore/store';
import { taskAssets } from './assets.ts';
import { admitted } from './client/admitted.ts';
import { CANCEL_GRACE_MS, cancel } from './client/cancel.ts';
import { deadLetters } from './client/dead-letters.ts';
import { pause, paused, resume } from './client/pause.ts';
import { readEvent } from './client/read-event.ts';
import { redrive } from './client/redrive.ts';
import { redriveAll } from './client/redrive-all.ts';
import { replace } from './client/replace.ts';
import { retry } from './client/retry.ts';
import { signal } from './client/signal.ts';
import { checkedQueue, submit } from './client/submit.ts';
import { TaskIndex } from './client/task-index.ts';
import { viewOf } from './client/task-view.ts';
import { wait } from './client/wait.ts';
import { GiveWay } from './keep/give-way.ts';
import { Housekeeping } from './keep/housekeeping.ts';
import { Gauge } from './pressure/gauge.ts';
import { TaskShelf } from './record/task-shelf.ts';
import { schedule, schedules, unschedule } from './recurring/schedule.ts';
import type { TaskResult } from './task-spec.ts';
import type { TaskEvent, Tasks } from './tasks.ts';
import { QueueRouter } from './work/queue-router.ts';
import { QueueWorker } from './work/queue-worker.ts';
import type { Report } from './work/report.ts';
import { SystemQueue } from './work/system-queue.ts';
import { Trimming } from './work/trim.ts';

/** How tasks are opened. */
export type TasksOptions = {
  /** Name of this process in the table of attempts: the mesh's instance. */
  readonly instance?: string;
  /** Hears what goes wrong where nobody waits for an answer. */
  readonly report?: Report;
};

/** Opens durable work on a store; nothing is asked of the broker before the first use. */
export function openTasks(store: Store, options: TasksOptions = {}): Tasks {
  const report = options.report ?? warn;
  const shelf = new TaskShelf(store, report);
  const index = new TaskIndex(shelf);
  const owner =
    options.instance?.slice(0, 128) ?? randomText(store.broker.random, 'abcdefghijklmnopqrstuvwxyz0123456789', 8);
  const identity = { owner, report };
  const trimming = new Trimming(store, shelf);
  const gauge = new Gauge(shelf, identity.report);
  const giveWay = new GiveWay(shelf, identity.report);
  const housekeeping = new Housekeeping(store, shelf, identity.report);
  const tasks: Tasks = {
    provision: (): Promise<readonly AssetChange[]> => store.provision(taskAssets),
    submit: (spec, how) => admitted(gauge, { spec, how }, () => submit(shelf, spec, how)),
    wait: async (id, { timeoutMs, gen = 1, signal }) => {
      await shelf.ready();
      return wait(shelf, { id, timeoutMs, gen, signal });
    },
    run: async (spec, how) => {
      const answer = await tasks.submit(spec, how);
      if (!answer.ok) return answer;
      const result = await tasks.wait(answer.value.id, { ...how, gen: answer.value.gen });
      return ok(withResult(answer.value, result));
    },
    get: async (id) => {
      await shelf.ready();
      const read = isToken(id) ? await shelf.read(id) : undefined;
      if (read === undefined) return undefined;
      const view = viewOf(read.value, await shelf.specOf(read.value));
      return view.result === undefined ? view : { ...view, result: await shelf.whole(view.result) };
    },
    list: (filter) => index.list(filter),
    pause: async (queue, how) => pause(shelf, checkedQueue(queue), how),
    resume: async (queue) => resume(shelf, checkedQueue(queue)),
    paused: () => paused(shelf),
    schedule: (name, how) => schedule(shelf, name, how),
    unschedule: (name) => unschedule(shelf, name),
    schedules: () => schedules(shelf),
    cancel: (id, how) => cancel(shelf, id, { reason: how.reason, waitMs: how.waitMs ?? CANCEL_GRACE_MS }),
    replace: (id, how) => replace(shelf, { id, ...how }),
    signal: (said) => signal(shelf, said),
    deadLetters: (filter) => deadLetters(shelf, filter),
    redrive: (request) => redrive(shelf, request),
    redriveAll: (request) => redriveAll(shelf, { ...request, queue: checkedQueue(request.queue) }),
    retry: (id, how) => retry(shelf, id, how),
    worker: (queue, how) => {
      const worker = new QueueWorker(shelf, identity, { ...how, queue: checkedQueue(queue) });
      trimming.startAfter(worker.ready);
      giveWay.start();
      return worker;
    },
    router: (queue, how) => {
      const router = new QueueRouter(shelf, identity, { ...how, queue: checkedQueue(queue) });
      trimming.startAfter(router.ready);
      giveWay.start();
      return router;
    },
    system: (how = {}) => {
      const system = new SystemQueue(shelf, identity);
      trimming.startAfter(system.ready);
      giveWay.start();
      housekeeping.startAfter(system.ready, how);
      return system;
    },
    history: async (id) => {
      await shelf.ready();
      return isToken(id) ? shelf.history.read(id) : [];
    },
    follow: (id, listener): Stop => follow(shelf, id, listener),
    onEnd: (listener): Stop => {
      shelf.ends.add(listener);
      return { stop: () => shelf.ends.delete(listener) };
    },
    close: async () => {
      index.close();
      gauge.stop();
      giveWay.stop();
      await Promise.all([trimming.stop(), housekeeping.stop(), shelf.history.flush()]);
    },
  };
  return tasks;
}

function withResult<V extends object>(value: V, result: TaskResult | undefined): V & { readonly result?: TaskResult } {
  return result === undefined ? value : { ...value, result };
}

function follow(shelf: TaskShelf, id: string, listener: (event: TaskEvent) => void): Stop {
  const subject = `${shelf.subjects.ns}.evt.task.*.${isToken(id) ? id : 'none'}`;
  return shelf.broker.subscribe(subject, ({ body }) => {
    const event = readEvent(body);
    if (event !== undefined) listener(event);
  });
}

const warn: Report = (where, error) => {
  process.emitWarning(`${where}: ${error instanceof Error ? error.message : String(error)}`, 'TasksWarning');
};
