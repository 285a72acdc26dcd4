import type { Deliver, Handler, Settled, Tasks, Worker } from '@seedcore/tasks';
import { queueTerms, REPLACED_DRAIN_MS } from '../agents/organ-queues.ts';
import { skillQueue } from '../domain/remote-skill.ts';

/** What the queues of skills stand on. */
export type SkillQueuePorts = {
  readonly tasks: Pick<Tasks, 'worker'>;
  readonly handler: (skill: string) => Handler;
  readonly deliver: Deliver;
  readonly settled: Settled;
};

type Open = { readonly worker: Worker; readonly slots: number };

/** Pulls the queue `sk_<skill>` of every skill whose workers this replica keeps, one task per place at a time. */
export class SkillQueues {
  readonly #ports: SkillQueuePorts;
  readonly #open = new Map<string, Open>();
  #closed = false;

  constructor(ports: SkillQueuePorts) {
    this.#ports = ports;
  }

  /** Skills whose queues are pulled. */
  get skills(): readonly string[] {
    return [...this.#open.keys()];
  }

  /** A skill has so many places here now; without any, what waits for one goes back into the queue at once. */
  fit(skill: string, slots: number): void {
    const before = this.#open.get(skill);
    if (this.#closed || (before?.slots ?? 0) === slots) return;
    this.#open.delete(skill);
    if (slots > 0) this.#open.set(skill, { worker: this.#worker(skill, slots), slots });
    void before?.worker.drain(slots > 0 ? REPLACED_DRAIN_MS : 0);
  }

  /** Takes nothing new, lets what runs finish for `graceMs`, hands the rest back. */
  async drain(graceMs: number): Promise<void> {
    this.#closed = true;
    await Promise.all([...this.#open.values()].map(({ worker }) => worker.drain(graceMs)));
  }

  #worker(skill: string, slots: number): Worker {
    const { tasks, handler, deliver, settled } = this.#ports;
    return tasks.worker(skillQueue(skill), {
      ...queueTerms(slots),
      handlers: { '*': handler(skill) },
      deliver,
      settled,
    });
  }
}
