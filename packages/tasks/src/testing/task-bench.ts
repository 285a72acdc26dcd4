import { subjects } from '@seedcore/protocol';
import { SeededRandom, VirtualClock } from '@seedcore/protocol/testing';
import { MemoryJetStream } from '@seedcore/store/testing';
import { tasksBucket } from '../assets.ts';
import type { Handler } from '../handler.ts';
import type { WorkerOptions } from '../worker.ts';
import { EdgeChecker } from './edge-checker.ts';
import { type MemoryTasks, memoryTasks } from './memory-tasks.ts';

/** Longest virtual time something is waited for, in ms. */
const PATIENCE_MS = 600_000;
const STEP_MS = 50;

/** Processes at one broker in memory, and time that passes only while something is waited for. */
export class TaskBench {
  readonly clock = new VirtualClock();
  readonly server = new MemoryJetStream(this.clock);
  readonly #random: SeededRandom;

  constructor(seed = 1) {
    this.#random = new SeededRandom(seed);
  }

  /** One more process. */
  process(name: string): MemoryTasks {
    return memoryTasks({ clock: this.clock, server: this.server, random: this.#random.fork(name), instance: name });
  }

  /** Holds every write of a record, from now on, against the table of legal edges; for a bench that nothing was asked of yet. */
  async edges(): Promise<EdgeChecker> {
    const checker = new EdgeChecker();
    const { tasks, store } = this.process('checker');
    await this.passing(tasks.provision());
    const bucket = subjects(store.broker.ns).bucket(tasksBucket.name);
    const prefix = `$KV.${bucket}.t.`;
    this.server.stream(`KV_${bucket}`)?.onMessage(({ subject, body }) => {
      if (subject.startsWith(prefix)) checker.see(subject.slice(prefix.length), body);
    });
    return checker;
  }

  /** Lets time pass until `work` has settled. */
  async passing<T>(work: Promise<T>): Promise<T> {
    let settled = false;
    const settle = () => {
      settled = true;
    };
    work.then(settle, settle);
    await this.clock.advance(0);
    for (let waited = 0; !settled && waited < PATIENCE_MS; waited += STEP_MS) await this.clock.advance(STEP_MS);
    if (!settled) throw new Error(`not settled within ${PATIENCE_MS} ms of virtual time`);
    return work;
  }
}

/** A bench with a client process and a host that works the queue `general` with the given handlers. */
export async function benchWith(handlers: Readonly<Record<string, Handler>>, options: Partial<WorkerOptions> = {}) {
  const all = new TaskBench();
  const client = all.process('client');
  const host = all.process('host');
  const worker = host.tasks.worker('general', { handlers, ...options });
  await all.passing(worker.ready);
  return { all, client, host, worker, tasks: client.tasks };
}
